#include "server/store/etcd_image.h"

#include <array>
#include <optional>

#include "server/mvcc/stored_form.h"
#include "server/store/row_reader.h"
#include "server/store/schema.h"

namespace quorate::store {
namespace {

using boltfile::PairSource;

// Etcd must find every one of them, and takes no others.
constexpr std::array kBuckets{"alarm", "auth",  "authRoles", "authUsers",       "cluster",
                              "key",   "lease", "members",   "members_removed", "meta"};
constexpr std::string_view kRows = "key";

Error cancelled() {
  return {Code::cancelled, "the snapshot was given up"};
}

class RowSource final : public PairSource {
 public:
  RowSource(Database& database, const std::atomic<bool>& is_cancelled)
      : is_cancelled_{is_cancelled},
        sizes_{database,
               "SELECT row, main, sub, length(key), length(value), create_revision, version, "
               "lease, deleted FROM revisions ORDER BY row"},
        rows_{database, all_rows_sql().c_str()} {}

  Result<std::optional<Size>> next_size() override {
    if (is_cancelled_) return cancelled();
    if (!sizes_.step()) return std::optional<Size>{};
    const mvcc::Row::Fields fields = fields_of(sizes_);
    return std::optional<Size>{
        {mvcc::stored_key_size(fields),
         mvcc::stored_value_size(fields, static_cast<std::size_t>(sizes_.column(3)),
                                 static_cast<std::size_t>(sizes_.column(4)))}};
  }

  Result<std::optional<Entry>> next() override {
    if (is_cancelled_) return cancelled();
    if (!rows_.step()) return std::optional<Entry>{};
    const mvcc::RowPtr row = row_of(rows_);
    key_.clear();
    value_.clear();
    mvcc::append_stored_key(*row, key_);
    mvcc::append_stored_value(*row, value_);
    return std::optional<Entry>{{key_, value_}};
  }

 private:
  const std::atomic<bool>& is_cancelled_;
  Statement sizes_;
  Statement rows_;
  std::string key_;
  std::string value_;
};

// Of meta: these two we keep as numbers.
bool is_number(std::string_view key) {
  return key == "consistent_index" || key == "term";
}

class AreaSource final : public PairSource {
 public:
  AreaSource(Database& database, replica::Area area)
      : has_numbers_{area == replica::Area::meta},
        sizes_{database, sql(area).c_str()},
        pairs_{database, sql(area).c_str()} {}

  Result<std::optional<Size>> next_size() override {
    if (!sizes_.step()) return std::optional<Size>{};
    return std::optional<Size>{{sizes_.bytes(0).size(), value_of(sizes_).size()}};
  }
  Result<std::optional<Entry>> next() override {
    if (!pairs_.step()) return std::optional<Entry>{};
    return std::optional<Entry>{{pairs_.bytes(0), value_of(pairs_)}};
  }

 private:
  static std::string sql(replica::Area area) {
    return std::string{"SELECT key, value FROM "} + table_name(area) + " ORDER BY key";
  }

  std::string_view value_of(const Statement& statement) {
    if (!has_numbers_ || !is_number(statement.bytes(0))) return statement.bytes(1);
    const auto number = static_cast<std::uint64_t>(statement.column(1));
    number_.clear();
    for (int shift = 56; shift >= 0; shift -= 8) number_ += static_cast<char>(number >> shift);
    return number_;
  }

  bool has_numbers_;
  Statement sizes_;
  Statement pairs_;
  std::string number_;
};

std::unique_ptr<PairSource> source_of(Database& database, std::string_view bucket,
                                      const std::atomic<bool>& is_cancelled) {
  if (bucket == kRows) return std::make_unique<RowSource>(database, is_cancelled);
  for (const auto area : kAreas) {
    if (table_name(area) == bucket) return std::make_unique<AreaSource>(database, area);
  }
  return std::make_unique<boltfile::PairList>();  // of what this version does not have
}

}  // namespace

EtcdImage::EtcdImage(const std::string& table_path, const std::atomic<bool>& is_cancelled)
    : is_cancelled_{is_cancelled},
      database_{table_path, Database::Access::read},
      transaction_{database_} {
  // The moment is that of the first read.
  (void)database_.number("SELECT count(*) FROM meta");
}

Result<boltfile::ImageWriter> EtcdImage::plan() {
  std::vector<boltfile::ImageWriter::BucketSource> buckets;
  for (const char* bucket : kBuckets) {
    sources_.push_back(source_of(database_, bucket, is_cancelled_));
    buckets.push_back({bucket, sources_.back().get()});
  }
  return boltfile::ImageWriter::plan(std::move(buckets));
}

}  // namespace quorate::store
