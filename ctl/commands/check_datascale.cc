#include <array>
#include <ostream>

#include <fmt/format.h>

#include "ctl/client/http_get.h"
#include "ctl/commands/check.h"
#include "ctl/output/progress_line.h"

namespace quorate::ctl {
namespace {

constexpr std::size_t kKeyBytes = 512;
constexpr std::size_t kValueBytes = 512;
constexpr const char* kMetric = "process_resident_memory_bytes";

std::uint64_t puts_count(LoadSize size) {
  static constexpr std::array<std::uint64_t, 4> kCounts{10'000, 100'000, 1'000'000, 3'000'000};
  return kCounts[static_cast<std::size_t>(size)];
}

class CheckDatascale final : public Command {
 public:
  CheckDatascale()
      : Command{{.use = "datascale [options]",
                 .summary = "Check how much memory a server needs for many keys",
                 .description =
                     "Puts 10000 keys (s), 100000 (m), 1000000 (l) or 3000000 (xl) of 1 KB and "
                     "tells by how much the memory of\nthe first endpoint grew. Deletes what it "
                     "has put.",
                 .examples = "  quoratectl check datascale --load=m",
                 .group = Group::none}} {
    check_.prefix = "/etcdctl-check-datascale/";
    check_.declare(flags(), "datascale");
  }

  Outcome<> run(Context& context, const std::vector<std::string>&) override;

 private:
  static Outcome<double> memory(Context& context, const Client& client, const char* when);

  CheckFlags check_;
};

// What the server says of itself on /metrics.
Outcome<double> CheckDatascale::memory(Context& context, const Client& client, const char* when) {
  const ClientConfig& config = client.config();
  const auto page = http_get(context.loop(), config.endpoints.front(), "/metrics", config.tls,
                             config.wants_tls, context.deadline());
  const double bytes = page ? metric_value(*page, kMetric) : 0;
  if (bytes > 0) return bytes;
  context.out() << fmt::format("FAIL: Could not read {} {} the put operations.\n", kMetric, when);
  if (!page) context.err() << "cannot read metrics: " << page.error().message << '\n';
  return Failure{kExitError, {}};
}

Outcome<> CheckDatascale::run(Context& context, const std::vector<std::string>&) {
  const auto size = check_.size();
  if (!size) return size.error();
  const std::string advice = fmt::format("etcdctl del --prefix {}", check_.prefix);
  auto clients = begin_check(context, check_, *size, advice);
  if (!clients) return clients.error();
  Client& first = *clients->front();
  const auto before = memory(context, first, "before");
  if (!before) return before.error();
  const std::uint64_t count = puts_count(*size);
  context.out() << fmt::format(
                       "Start data scale check for work load [{} key-value pairs, {} bytes per "
                       "key-value, {} concurrent clients].\n",
                       count, kKeyBytes + kValueBytes, clients->size())
                << std::flush;
  const LoadPlan plan{check_.prefix, kKeyBytes, kValueBytes, 0, {}, count};
  ProgressLine progress{context.err()};
  const LoadResult result =
      PutLoad{context.loop(), *clients, plan}.run([&](std::uint64_t done, auto) {
        if (progress.is_due()) {
          progress.show(fmt::format("{} {} of {} keys", progress_bar(done, count), done, count));
        }
      });
  progress.clear();
  const auto after = memory(context, first, "after");
  if (!after) return after.error();
  if (auto done = clean_up(context, first, check_); !done) return done;
  const LoadReport report = datascale_report(result, *after - *before);
  context.out() << report.text;
  if (!report.is_pass) return Failure{kExitError, {}};
  return {};
}

}  // namespace

std::unique_ptr<Command> make_check_datascale() {
  return std::make_unique<CheckDatascale>();
}

}  // namespace quorate::ctl
