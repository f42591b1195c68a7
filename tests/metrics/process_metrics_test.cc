#include "server/metrics/process_metrics.h"

#include <doctest/doctest.h>

using namespace quorate::metrics;

TEST_CASE("the kernel's line about a process is read, whatever the program's name") {
  const auto stat = parse_process_stat(
      "4242 (a ) b) (c) S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 15 16 9 18 12345 1000000 300 "
      "18446744073709551615 1 2 3\n");
  REQUIRE(stat.has_value());
  CHECK(stat->cpu_ticks == 200);
  CHECK(stat->threads == 9);
  CHECK(stat->start_ticks == 12345);
  CHECK(stat->virtual_bytes == 1'000'000);
  CHECK(stat->resident_pages == 300);
}

TEST_CASE("a line of another form is nothing") {
  for (const char* text : {"", "4242", "4242 (x", "4242 (x) S 1 2 3",
                           "1 (x) S 1 2 3 4 5 6 7 8 9 10 a 50 13 14 15 16 9 18 12 10 30 1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_process_stat(text).has_value());
  }
}

TEST_CASE("octets are found by their names in netstat's two lines") {
  const auto bytes = parse_netstat(
      "TcpExt: A B\nTcpExt: 1 2\nIpExt: InNoRoutes InOctets OutMcastOctets OutOctets\n"
      "IpExt: 0 100 1 200\n");
  REQUIRE(bytes.has_value());
  CHECK(bytes->received == 100);
  CHECK(bytes->sent == 200);
  CHECK_FALSE(parse_netstat("").has_value());
  CHECK_FALSE(parse_netstat("IpExt: InOctets OutOctets\n").has_value());
  CHECK_FALSE(parse_netstat("IpExt: InOctets\nIpExt: 1\n").has_value());
  CHECK_FALSE(parse_netstat("IpExt: InOctets OutOctets\nIpExt: 1\n").has_value());
}

TEST_CASE("the page tells of this process, with believable values") {
  Registry registry;
  add_process(registry);
  const std::string page = registry.scrape();
  const auto value = [&page](const std::string& name) {
    const auto at = page.find("\n" + name + " ");
    REQUIRE_MESSAGE(at != std::string::npos, name);
    return std::stod(page.substr(at + name.size() + 2));
  };
  CHECK(value("process_resident_memory_bytes") > 100'000);
  CHECK(value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
  CHECK(value("process_open_fds") >= 3);
  CHECK(value("process_max_fds") > value("process_open_fds"));
  CHECK(value("process_start_time_seconds") > 1.6e9);
  CHECK(value("go_goroutines") >= 1);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they allocate themselves
  CHECK(value("go_memstats_heap_inuse_bytes") > 0);
#endif
  CHECK(value("go_memstats_sys_bytes") >= value("go_memstats_heap_inuse_bytes"));
  CHECK(page.find("\ngo_info{version=\"") != std::string::npos);
  CHECK(page.find("\ngo_gc_duration_seconds_count 0\n") != std::string::npos);
}
