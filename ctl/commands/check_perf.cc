#include <algorithm>
#include <array>
#include <ostream>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/commands/check.h"
#include "ctl/output/progress_line.h"

namespace quorate::ctl {
namespace {

constexpr std::chrono::seconds kLasts{60};
constexpr std::size_t kKeyBytes = 256;
constexpr std::size_t kValueBytes = 1024;

std::int64_t puts_per_second(LoadSize size) {
  static constexpr std::array<std::int64_t, 4> kRates{150, 1000, 8000, 15000};
  return kRates[static_cast<std::size_t>(size)];
}

class CheckPerf final : public Command {
 public:
  CheckPerf()
      : Command{{.use = "perf [options]",
                 .summary = "Check that the cluster keeps up with a rate of writes",
                 .description =
                     "Writes for a minute at a steady rate and tells whether the cluster kept up: "
                     "150 writes a second with\n50 clients (s), 1000 with 200 (m), 8000 with 500 "
                     "(l), 15000 with 1000 (xl). Deletes what it has\nwritten. Not for a cluster "
                     "that others need meanwhile.",
                 .examples = "  quoratectl check perf\n"
                             "  quoratectl check perf --load=m --auto-compact --auto-defrag",
                 .group = Group::none}} {
    check_.prefix = "/etcdctl-check-perf/";
    check_.declare(flags(), "performance");
  }

  Outcome<> run(Context& context, const std::vector<std::string>&) override;

 private:
  CheckFlags check_;
};

Outcome<> CheckPerf::run(Context& context, const std::vector<std::string>&) {
  const auto size = check_.size();
  if (!size) return size.error();
  const std::string advice = fmt::format("'etcdctl del --prefix {}'", check_.prefix);
  auto clients = begin_check(context, check_, *size, advice);
  if (!clients) return clients.error();
  Client& first = *clients->front();
  LoadPlan plan{check_.prefix, kKeyBytes, kValueBytes, puts_per_second(*size), kLasts, {}};
  ProgressLine progress{context.err()};
  const LoadResult result =
      PutLoad{context.loop(), *clients, plan}.run([&](std::uint64_t done, auto passed) {
        if (!progress.is_due()) return;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(passed);
        progress.show(fmt::format("{} {} writes, {} left",
                                  progress_bar(static_cast<std::uint64_t>(seconds.count()),
                                               static_cast<std::uint64_t>(kLasts.count())),
                                  done, go_duration(kLasts - std::min(seconds, kLasts))));
      });
  progress.clear();
  if (auto done = clean_up(context, first, check_); !done) return done;
  const LoadReport report = perf_report(result, plan.puts_per_second);
  context.out() << report.text;
  if (!report.is_pass) return Failure{kExitError, {}};
  return {};
}

}  // namespace

std::unique_ptr<Command> make_check_perf() {
  return std::make_unique<CheckPerf>();
}

}  // namespace quorate::ctl
