#include <algorithm>
#include <optional>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/boltfile/trailer.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"
#include "ctl/offline/snapshot_status.h"
#include "ctl/output/progress_line.h"
#include "ctl/output/text.h"
#include "ctl/part_file.h"

namespace quorate::ctl {
namespace {

Failure save_failure(std::string text) {
  return {kExitInterrupted, std::move(text)};
}

// A snapshot on its way from the server to a file.
class Download {
 public:
  Download(PartFile file, std::ostream& err) : file_{std::move(file)}, progress_{err} {}

  void take(const std::string& bytes);
  // Once the server has sent all. Checks that nothing is missing or was damaged on the way.
  Status finish();

  // Set when it makes no sense to go on.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] const std::string& server_version() const { return version_; }

 private:
  Status append(std::string_view blob);

  PartFile file_;
  ProgressLine progress_;
  boltfile::Sha256 hash_;  // of what cannot be the trailer
  std::string tail_;       // the last bytes, as many as a trailer has
  std::uint64_t size_ = 0;
  std::string version_;
  std::optional<Error> failure_;
};

void Download::take(const std::string& bytes) {
  if (failure_) return;
  const auto part = grpc::parse_message<pb::SnapshotResponse>(bytes);
  const Status done = part ? append(part->blob()) : Status{part.error()};
  if (!done) {
    failure_ = done.error();
    return;
  }
  if (!part->version().empty()) version_ = part->version();
  if (progress_.is_due()) {
    const std::uint64_t whole = size_ + part->remaining_bytes();
    progress_.show(
        fmt::format("{} {} of {}", progress_bar(size_, whole), size_text(size_), size_text(whole)));
  }
}

Status Download::append(std::string_view blob) {
  size_ += blob.size();
  tail_ += blob;
  if (tail_.size() > boltfile::kTrailerBytes) {
    const std::size_t before = tail_.size() - boltfile::kTrailerBytes;
    hash_.add(std::string_view{tail_}.substr(0, before));
    tail_.erase(0, before);
  }
  return file_.append(blob);
}

Status Download::finish() {
  progress_.clear();
  if (!boltfile::has_trailer(size_)) {
    return Error{Code::data_loss, fmt::format("sha256 checksum not found [bytes: {}]", size_)};
  }
  if (!std::ranges::equal(hash_.finish(), tail_, [](unsigned char a, char b) {
        return a == static_cast<unsigned char>(b);
      })) {
    return Error{Code::data_loss, "sha256 checksum mismatch: damaged on the way; try again"};
  }
  return file_.finish();
}

class SnapshotSave final : public Command {
 public:
  SnapshotSave()
      : Command{{.use = "save <filename>",
                 .summary = "Copy a member's whole database to a file",
                 .description =
                     "Copies the whole database of one member to a file: the file appears when "
                     "it is complete and on disk.",
                 .examples = "  quoratectl snapshot save backup.db\n"
                             "  quoratectl --endpoints=10.0.0.1:2379 snapshot save backup.db",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override;

 private:
  static Outcome<> fetch(Context& context, Client& client, Download& download);
};

Outcome<> SnapshotSave::run(Context& context, const std::vector<std::string>& args) {
  if (args.size() != 1) return bad_args("snapshot save expects one argument <filename>");
  const auto config = context.client_config();
  if (!config) return config.error();
  if (config->endpoints.size() != 1) {
    return save_failure(
        fmt::format("snapshot must be requested to one selected node, not multiple [{}]",
                    fmt::join(config->endpoints, " ")));
  }
  const auto client = context.connect();
  if (!client) return client.error();
  auto file = PartFile::create(args[0]);
  if (!file) return save_failure(file.error().message);
  Download download{std::move(*file), context.err()};
  if (auto done = fetch(context, **client, download); !done) return done;
  if (const Status done = download.finish(); !done) return save_failure(done.error().message);
  context.out() << "Snapshot saved at " << args[0] << '\n';
  if (!download.server_version().empty()) {
    context.out() << "Server version " << download.server_version() << '\n';
  }
  return {};
}

// However long it takes, unless a time was asked for.
Outcome<> SnapshotSave::fetch(Context& context, Client& client, Download& download) {
  const Deadline deadline = context.has_deadline_flag() ? context.deadline() : std::nullopt;
  std::optional<grpc::Finished> finished;
  grpc::Call call =
      client.channel().start("/etcdserverpb.Maintenance/Snapshot", client.options(deadline),
                             {.headers = nullptr,
                              .message = [&](const std::string& bytes) { download.take(bytes); },
                              .finished = [&](grpc::Finished f) { finished = std::move(f); }});
  grpc::send(call, pb::SnapshotRequest{});
  call.end_sending();
  client.loop().run_until([&] { return finished || download.failure(); });
  if (download.failure()) return save_failure(download.failure()->message);
  if (!finished->is_ok()) return save_failure(error_text(finished->status));
  return {};
}

class SnapshotStatusCommand final : public Command {
 public:
  SnapshotStatusCommand()
      : Command{{.use = "status <filename>",
                 .summary = "Check a snapshot file and show what is in it",
                 .description = "Checks a snapshot file and prints its hash, revision, number of "
                                "pairs and size. Needs no server.",
                 .examples = "  quoratectl snapshot status backup.db -w table",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return bad_args("snapshot status requires exactly one argument");
    if (auto made = context.make_printer(); !made) return made;
    const auto status = snapshot_status(args[0]);
    if (!status) return Failure{kExitError, status.error().message};
    return context.printer().snapshot_status(*status);
  }
};

}  // namespace

std::unique_ptr<Command> make_snapshot() {
  auto group = std::make_unique<CommandGroup>(About{.use = "snapshot <subcommand>",
                                                    .summary = "Make backups and look at them",
                                                    .description = "",
                                                    .examples = "",
                                                    .group = Group::maintenance});
  group->add(std::make_unique<SnapshotSave>());
  group->add(std::make_unique<SnapshotStatusCommand>());
  return group;
}

}  // namespace quorate::ctl
