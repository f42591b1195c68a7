#include "ctl/commands/kv_requests.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <ostream>
#include <thread>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/cli/go_number.h"
#include "ctl/client/key_range.h"
#include "ctl/terminal.h"

namespace quorate::ctl {
namespace {

const std::string kFirstKey(1, '\0');  // "" cannot be asked for
constexpr std::chrono::seconds kSecondThoughts{2};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

Failure bad_feature(std::string text) {
  return {kExitBadFeature, std::move(text)};
}

Failure exclusive(const char* one, const char* other) {
  return bad_args(
      fmt::format("`--{}` and `--{}` cannot be set at the same time, choose one", one, other));
}

Failure too_many_keys() {
  return bad_args(
      "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
}

// Sets key and range_end of a request by what is asked for.
template <class Request>
void set_range(Request& request, const std::vector<std::string>& args, bool is_prefix,
               bool is_from_key) {
  request.set_key(args[0]);
  if (args.size() > 1) request.set_range_end(args[1]);
  if (!is_prefix && !is_from_key) return;
  if (is_prefix && !args[0].empty()) {
    request.set_range_end(prefix_end(args[0]));
    return;
  }
  if (args[0].empty()) request.set_key(kFirstKey);
  request.set_range_end(kOpenRangeEnd);
}

}  // namespace

Outcome<bool> is_serializable(const std::string& consistency) {
  if (consistency == "s") return true;
  if (consistency == "l") return false;
  return bad_feature("unknown consistency flag " + go_quoted(consistency));
}

// ---- get

void GetFlags::declare(FlagSet& flags) {
  flags.add("consistency", consistency,
            "l: what a majority holds (linearizable), s: what the member holds (serializable)");
  flags.add("order", order, "order of the results: ASCEND (the default) or DESCEND");
  flags.add("sort-by", sort_by, "what to sort by: CREATE, KEY, MODIFY, VALUE or VERSION");
  flags.add("limit", limit, "most results to get (0: all)");
  flags.add("prefix", prefix, "get all keys that begin with <key>");
  flags.add("from-key", from_key, "get all keys from <key> on, in the order of their bytes");
  flags.add("rev", rev, "get what was there at this revision (0: the newest)");
  flags.add("keys-only", keys_only, "get only the keys");
  flags.add("count-only", count_only, "get only the number of keys (with --write-out=fields)");
  flags.add("print-value-only", print_value_only,
            "print only the values (with --write-out=simple)");
  flags.add("min-create-rev", min_create_rev, "leave out keys created before this revision");
  flags.add("max-create-rev", max_create_rev, "leave out keys created after this revision");
  flags.add("min-mod-rev", min_mod_rev, "leave out keys last changed before this revision");
  flags.add("max-mod-rev", max_mod_rev, "leave out keys last changed after this revision");
  flags.add("stream", stream, "get the results in a stream of answers (RangeStream)");
}

namespace {

Outcome<> set_order(pb::RangeRequest& request, const GetFlags& flags) {
  struct Target {
    const char* name;
    pb::RangeRequest::SortTarget target;
  };
  static constexpr std::array<Target, 6> kTargets{{{"", pb::RangeRequest::KEY},
                                                   {"KEY", pb::RangeRequest::KEY},
                                                   {"CREATE", pb::RangeRequest::CREATE},
                                                   {"MODIFY", pb::RangeRequest::MOD},
                                                   {"VALUE", pb::RangeRequest::VALUE},
                                                   {"VERSION", pb::RangeRequest::VERSION}}};
  const std::string order = upper(flags.order);
  if (!order.empty() && order != "ASCEND" && order != "DESCEND") {
    return bad_feature("bad sort order " + flags.order);
  }
  const std::string name = upper(flags.sort_by);
  const auto found = std::find_if(kTargets.begin(), kTargets.end(),
                                  [&](const Target& target) { return target.name == name; });
  if (found == kTargets.end()) return bad_feature("bad sort target " + flags.sort_by);
  request.set_sort_target(found->target);
  if (order == "DESCEND") request.set_sort_order(pb::RangeRequest::DESCEND);
  // By key and ascending is how results come anyway: said so, the server need not sort.
  if (order == "ASCEND" && found->target != pb::RangeRequest::KEY) {
    request.set_sort_order(pb::RangeRequest::ASCEND);
  }
  return {};
}

Outcome<> set_revisions(pb::RangeRequest& request, const GetFlags& flags) {
  request.set_revision(std::max<std::int64_t>(flags.rev, 0));
  request.set_min_create_revision(std::max<std::int64_t>(flags.min_create_rev, 0));
  request.set_max_create_revision(std::max<std::int64_t>(flags.max_create_rev, 0));
  request.set_min_mod_revision(std::max<std::int64_t>(flags.min_mod_rev, 0));
  request.set_max_mod_revision(std::max<std::int64_t>(flags.max_mod_rev, 0));
  if (flags.max_create_rev > 0 && flags.min_create_rev > flags.max_create_rev) {
    return bad_feature(fmt::format("getMinCreateRev(={}) > getMaxCreateRev(={})",
                                   flags.min_create_rev, flags.max_create_rev));
  }
  if (flags.max_mod_rev > 0 && flags.min_mod_rev > flags.max_mod_rev) {
    return bad_feature(
        fmt::format("getMinModRev(={}) > getMaxModRev(={})", flags.min_mod_rev, flags.max_mod_rev));
  }
  return {};
}

}  // namespace

Outcome<pb::RangeRequest> GetFlags::request(const std::vector<std::string>& args) const {
  if (args.empty()) {
    return bad_args("get command needs one argument as key and an optional argument as range_end");
  }
  if (prefix && from_key) return exclusive("prefix", "from-key");
  if (keys_only && count_only) return exclusive("keys-only", "count-only");
  pb::RangeRequest request;
  const auto serializable = is_serializable(consistency);
  if (!serializable) return serializable.error();
  request.set_serializable(*serializable);
  if (args.size() > 1 && (prefix || from_key)) return too_many_keys();
  if (auto done = set_order(request, *this); !done) return done.error();
  set_range(request, args, prefix, from_key);
  request.set_limit(limit);
  request.set_keys_only(keys_only);
  request.set_count_only(count_only);
  if (auto done = set_revisions(request, *this); !done) return done.error();
  return request;
}

// ---- put

void PutFlags::declare(FlagSet& flags) {
  flags.add("lease", lease, "lease to attach the key to, its id in hexadecimal");
  flags.add("prev-kv", prev_kv, "also print the key and value that were there before");
  flags.add("ignore-value", ignore_value, "keep the value that is there");
  flags.add("ignore-lease", ignore_lease, "keep the lease that is there");
}

Outcome<pb::PutRequest> PutFlags::request(const std::vector<std::string>& args) const {
  const Failure usage =
      bad_args("put command needs 1 argument and input from stdin or 2 arguments");
  if (args.empty()) return usage;
  if (ignore_value && args.size() > 1) {
    return bad_args("put command needs only 1 argument when 'ignore-value' is set");
  }
  pb::PutRequest request;
  request.set_key(args[0]);
  if (!ignore_value) {
    const bool is_given = args.size() > 1;
    request.set_value(is_given ? args[1] : read_all());
    if (!is_given && request.value().empty()) return usage;
  }
  const auto id = parse_int(lease, 16);
  if (!id)
    return bad_args(fmt::format("bad lease ID ({}), expecting ID in Hex", id.error().message));
  request.set_lease(*id);
  request.set_prev_kv(prev_kv);
  request.set_ignore_value(ignore_value);
  request.set_ignore_lease(ignore_lease);
  return request;
}

// ---- del

void DelFlags::declare(FlagSet& flags) {
  flags.add("prefix", prefix, "delete all keys that begin with <key>");
  flags.add("prev-kv", prev_kv, "also print the keys and values that were deleted");
  flags.add("from-key", from_key, "delete all keys from <key> on, in the order of their bytes");
  flags.add("range", range, "delete the range without a pause to think again");
}

Outcome<pb::DeleteRangeRequest> DelFlags::request(const std::vector<std::string>& args,
                                                  std::ostream& err) const {
  if (args.empty() || args.size() > 2) {
    return bad_args("del command needs one argument as key and an optional argument as range_end");
  }
  if (prefix && from_key) return exclusive("prefix", "from-key");
  if (args.size() > 1 && (prefix || from_key)) return too_many_keys();
  if (args.size() > 1 && !range) {
    err << fmt::format(
               "Warning: Keys between {} and {} will be deleted. Please interrupt the command "
               "within next 2 seconds to cancel. You can provide `--range` flag to avoid the "
               "delay.\n",
               go_quoted(args[0]), go_quoted(args[1]))
        << std::flush;
    std::this_thread::sleep_for(kSecondThoughts);
  }
  pb::DeleteRangeRequest request;
  set_range(request, args, prefix, from_key);
  request.set_prev_kv(prev_kv);
  return request;
}

}  // namespace quorate::ctl
