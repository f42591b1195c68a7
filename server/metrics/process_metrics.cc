#include "server/metrics/process_metrics.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <prometheus/metric_family.h>

#include "common/heap.h"
#include "common/version.h"

namespace quorate::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// At most as much as any of the files asked for has.
std::string contents(const char* path) {
  constexpr std::size_t kMax = std::size_t{1} << 16;
  std::ifstream in{path, std::ios::binary};
  std::string bytes(kMax, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

class Families {
 public:
  ClientMetric& add(MetricType type, const char* name, const char* help) {
    MetricFamily& family = all_.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    return family.metric.emplace_back();
  }
  void gauge(const char* name, const char* help, double value) {
    add(MetricType::Gauge, name, help).gauge.value = value;
  }
  void counter(const char* name, const char* help, double value) {
    add(MetricType::Counter, name, help).counter.value = value;
  }
  [[nodiscard]] std::vector<MetricFamily> take() { return std::move(all_); }

 private:
  std::vector<MetricFamily> all_;
};

template <class Number>
double number(Number value) {
  return static_cast<double>(value);
}

rlim_t limit_of(__rlimit_resource resource) {
  rlimit limit{};
  return ::getrlimit(resource, &limit) == 0 ? limit.rlim_cur : 0;
}

std::size_t open_files() {
  std::error_code error;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator at{"/proc/self/fd", error}, end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // one is the directory being read
}

// Seconds since 1970 at which the machine started; does not change while it runs.
double boot_seconds() {
  std::istringstream lines{contents("/proc/stat")};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

void add_files(Families& families) {
  const double used = number(open_files());
  const double limit = number(limit_of(RLIMIT_NOFILE));
  families.gauge("os_fd_used", "The number of used file descriptors.", used);
  families.gauge("os_fd_limit", "The file descriptor limit.", limit);
  families.gauge("process_open_fds", "Number of open file descriptors.", used);
  families.gauge("process_max_fds", "Maximum number of open file descriptors.", limit);
}

void add_stat(Families& families, const ProcessStat& stat, double boot) {
  const double ticks_per_second = number(::sysconf(_SC_CLK_TCK));
  families.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                   number(stat.cpu_ticks) / ticks_per_second);
  families.gauge("process_start_time_seconds",
                 "Start time of the process since unix epoch in seconds.",
                 boot + number(stat.start_ticks) / ticks_per_second);
  families.gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
                 number(stat.resident_pages) * number(::sysconf(_SC_PAGESIZE)));
  families.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.",
                 number(stat.virtual_bytes));
  families.gauge("process_virtual_memory_max_bytes",
                 "Maximum amount of virtual memory available in bytes.",
                 number(limit_of(RLIMIT_AS)));
  families.gauge("go_goroutines", "Number of goroutines that currently exist.",
                 number(stat.threads));
  families.gauge("go_threads", "Number of OS threads created.", number(stat.threads));
}

void add_network(Families& families) {
  const auto bytes = parse_netstat(contents("/proc/self/net/netstat"));
  if (!bytes) return;
  families.counter("process_network_receive_bytes_total",
                   "Number of bytes received by the process over the network.",
                   number(bytes->received));
  families.counter("process_network_transmit_bytes_total",
                   "Number of bytes sent by the process over the network.", number(bytes->sent));
}

void add_memory(Families& families) {
  const HeapUse heap = heap_use();
  const double used = number(heap.used_bytes);
  const double obtained = number(heap.obtained_bytes);
  families.gauge("go_memstats_alloc_bytes", "Number of bytes allocated and still in use.", used);
  families.gauge("go_memstats_heap_alloc_bytes", "Number of heap bytes allocated and still in use.",
                 used);
  families.gauge("go_memstats_heap_inuse_bytes", "Number of heap bytes that are in use.", used);
  families.gauge("go_memstats_heap_idle_bytes", "Number of heap bytes waiting to be used.",
                 obtained - used);
  families.gauge("go_memstats_heap_sys_bytes", "Number of heap bytes obtained from system.",
                 obtained);
  families.gauge("go_memstats_sys_bytes", "Number of bytes obtained from system.", obtained);
}

// Names without a meaning here.
void add_nothing(Families& families) {
  struct Row {
    const char* name;
    const char* help;
  };
  static constexpr Row kGauges[] = {
      {"go_gc_gogc_percent", "Heap size target percentage; there is no garbage collector."},
      {"go_memstats_buck_hash_sys_bytes",
       "Number of bytes used by the profiling bucket hash table."},
      {"go_memstats_gc_sys_bytes", "Number of bytes used for garbage collection system metadata."},
      {"go_memstats_heap_objects", "Number of allocated objects."},
      {"go_memstats_heap_released_bytes", "Number of heap bytes released to OS."},
      {"go_memstats_last_gc_time_seconds",
       "Number of seconds since 1970 of last garbage collection."},
      {"go_memstats_mcache_inuse_bytes", "Number of bytes in use by mcache structures."},
      {"go_memstats_mcache_sys_bytes",
       "Number of bytes used for mcache structures obtained from system."},
      {"go_memstats_mspan_inuse_bytes", "Number of bytes in use by mspan structures."},
      {"go_memstats_mspan_sys_bytes",
       "Number of bytes used for mspan structures obtained from system."},
      {"go_memstats_next_gc_bytes",
       "Number of heap bytes when next garbage collection will take place."},
      {"go_memstats_other_sys_bytes", "Number of bytes used for other system allocations."},
      {"go_memstats_stack_inuse_bytes", "Number of bytes in use by the stack allocator."},
      {"go_memstats_stack_sys_bytes", "Number of bytes obtained from system for stack allocator."},
  };
  static constexpr Row kCounters[] = {
      {"go_memstats_alloc_bytes_total", "Total number of bytes allocated, even if freed."},
      {"go_memstats_frees_total", "Total number of frees."},
      {"go_memstats_lookups_total", "Total number of pointer lookups."},
      {"go_memstats_mallocs_total", "Total number of mallocs."},
  };
  for (const Row& row : kGauges) families.gauge(row.name, row.help, 0);
  for (const Row& row : kCounters) families.counter(row.name, row.help, 0);
  ClientMetric& pauses =
      families.add(MetricType::Summary, "go_gc_duration_seconds",
                   "A summary of the pause duration of garbage collection cycles.");
  for (const double quantile : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    pauses.summary.quantile.push_back({quantile, 0});
  }
}

void add_environment(Families& families) {
  ClientMetric& info =
      families.add(MetricType::Gauge, "go_info", "Information about the Go environment.");
  info.label.push_back({"version", std::string{kGoVersion}});
  info.gauge.value = 1;
  families.gauge("go_gc_gomemlimit_bytes",
                 "Memory limit of the Go runtime; the largest number stands for none.",
                 number(std::numeric_limits<std::int64_t>::max()));
  families.gauge("go_sched_gomaxprocs_threads",
                 "Number of threads that can run at a time, one for each processor.",
                 number(std::thread::hardware_concurrency()));
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> all;
  while (true) {
    const auto begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return all;
    const auto end = std::min(text.find_first_of(" \n", begin), text.size());
    all.push_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

std::optional<std::uint64_t> unsigned_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  // Counted from the state, which proc(5) numbers 3.
  const auto fields = words(text.substr(name_end + 1));
  constexpr std::size_t kUser = 11, kSystem = 12, kThreads = 17, kStart = 19, kVirtual = 20,
                        kResident = 21;
  if (fields.size() <= kResident) return std::nullopt;
  const auto user = unsigned_number(fields[kUser]);
  const auto system = unsigned_number(fields[kSystem]);
  const auto threads = unsigned_number(fields[kThreads]);
  const auto start = unsigned_number(fields[kStart]);
  const auto bytes = unsigned_number(fields[kVirtual]);
  const auto pages = unsigned_number(fields[kResident]);
  if (!user || !system || !threads || !start || !bytes || !pages) return std::nullopt;
  return ProcessStat{*user + *system, *threads, *start, *bytes, *pages};
}

std::optional<NetworkBytes> parse_netstat(std::string_view text) {
  // Two lines each: "IpExt: NAME NAME .." and "IpExt: 1 2 ..".
  constexpr std::string_view kHead = "IpExt:";
  const auto first = text.find(kHead);
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find(kHead, first + kHead.size());
  if (second == std::string_view::npos) return std::nullopt;
  const auto names = words(text.substr(first, second - first));
  auto values = words(text.substr(second, text.find('\n', second) - second));
  NetworkBytes bytes;
  bool has_received = false;
  bool has_sent = false;
  for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i) {
    const auto value = unsigned_number(values[i]);
    if (names[i] == "InOctets" && value) {
      bytes.received = *value;
      has_received = true;
    } else if (names[i] == "OutOctets" && value) {
      bytes.sent = *value;
      has_sent = true;
    }
  }
  if (!has_received || !has_sent) return std::nullopt;
  return bytes;
}

void add_process(Registry& registry) {
  registry.add([boot = boot_seconds()] {
    Families families;
    add_files(families);
    if (const auto stat = parse_process_stat(contents("/proc/self/stat"))) {
      add_stat(families, *stat, boot);
    }
    add_network(families);
    add_memory(families);
    add_nothing(families);
    add_environment(families);
    return families.take();
  });
}

}  // namespace quorate::metrics
