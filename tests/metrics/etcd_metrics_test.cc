// The page beside a real etcd's. etcd-3.4.23.txt holds one scrape, reduced to what has to agree:
// names, help, types, labels, buckets and their order. With QUORATE_PEERS (child_process.h) it is
// compared with a fresh scrape; QUORATE_REWRITE=1 then writes it anew.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "common/ensure.h"
#include "server/metrics/metrics.h"
#include "tests/common/child_process.h"
#include "tests/common/temp_dir.h"

using namespace quorate;
using namespace quorate::metrics;

namespace {

const std::string kGolden = std::string{GOLDEN_DIR} + "/etcd-3.4.23.txt";

using Lines = std::vector<std::string>;

Lines lines_of(std::istream& in) {
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Labels whose values are part of the interface; of the others only the name is.
bool has_fixed_values(const std::string& label) {
  static const std::set<std::string> kFixed{"le",           "quantile",    "code",     "grpc_code",
                                            "grpc_service", "grpc_method", "grpc_type"};
  return kFixed.contains(label);
}

// name{a="1",b="2"} 3 -> name{a="1",b="*"}
std::string reduced(const std::string& sample) {
  const auto open = sample.find('{');
  if (open == std::string::npos) return sample.substr(0, sample.find(' '));
  std::string out = sample.substr(0, open + 1);
  std::size_t at = open + 1;
  while (sample[at] != '}') {
    const auto equals = sample.find('=', at);
    const auto end = sample.find('"', equals + 2) + 1;
    const std::string label = sample.substr(at, equals - at);
    out += has_fixed_values(label) ? sample.substr(at, end - at) : label + "=\"*\"";
    at = end;
    if (sample[at] == ',') out += sample[at++];
  }
  return out + '}';
}

// Of the gRPC families one method of each kind is enough, and one line for each other.
bool is_told_by_others(const std::string& line) {
  return line.starts_with("grpc_server_") && !line.starts_with("grpc_server_started_total") &&
         line.find("grpc_method=\"Range\"") == std::string::npos &&
         line.find("grpc_service=\"etcdserverpb.Watch\"") == std::string::npos;
}

Lines reduced_page(std::istream& page) {
  Lines lines;
  for (const std::string& line : lines_of(page)) {
    if (is_told_by_others(line)) continue;
    const std::string short_line = line[0] == '#' ? line : reduced(line);
    if (lines.empty() || lines.back() != short_line) lines.push_back(short_line);
  }
  return lines;
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ENSURE(::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0);
  ENSURE(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(probe);
  return ntohs(address.sin_port);
}

// The body of an HTTP/1.0 answer from this machine.
std::string get(std::uint16_t port, const std::string& path) {
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ENSURE(::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  ENSURE(::write(connection, request.data(), request.size()) ==
         static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = ::read(connection, buffer.data(), buffer.size());
    if (got <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(connection);
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

Lines etcd_page(const std::string& program) {
  const TempDir dir;
  const std::uint16_t port = free_port();
  const std::string peers = "http://127.0.0.1:" + std::to_string(free_port());
  ChildProcess etcd{{program, "--logger=zap", "--data-dir=" + dir.file("data"), "--name=a",
                     "--metrics=extensive", "--listen-client-urls=http://127.0.0.1:0",
                     "--advertise-client-urls=http://127.0.0.1:1", "--listen-peer-urls=" + peers,
                     "--initial-advertise-peer-urls=" + peers, "--initial-cluster=a=" + peers,
                     "--listen-metrics-urls=http://127.0.0.1:" + std::to_string(port)},
                    {}};
  for (const char* line : {"enabled capabilities for version", "serving client traffic"}) {
    REQUIRE_MESSAGE(etcd.read_until(line), etcd.output());
  }
  std::istringstream page{get(port, "/metrics")};
  return reduced_page(page);
}

bool has(const Lines& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// A page of ours with the same things on it.
Lines our_page() {
  Metrics metrics{Detail::extensive};
  metrics.server.version.with({"x"}).set(1);
  metrics.server.go_version.with({"x"}).set(1);
  metrics.server.id.with({"x"}).set(1);
  metrics.server.cluster_version.with({"x"}).set(1);
  metrics.keyspace.reads.with({"getRecursive"}).add();
  metrics.keyspace.writes.with({"set"}).add();
  std::istringstream page{metrics.registry.scrape()};
  return reduced_page(page);
}

}  // namespace

TEST_CASE("everything on etcd's page is on ours, in the same order") {
  std::ifstream file{kGolden};
  const Lines theirs = lines_of(file);
  REQUIRE(theirs.size() > 700);
  const Lines ours = our_page();
  auto at = ours.begin();
  for (const std::string& line : theirs) {
    const auto found = std::find(at, ours.end(), line);
    CHECK_MESSAGE(found != ours.end(), "missing or out of order: ", line);
    if (found != ours.end()) at = found + 1;
  }
}

TEST_CASE("a real etcd's page is the one kept here") {
  const std::string program = peer_etcd();
  if (program.empty()) {
    MESSAGE("skipped: QUORATE_PEERS is not set to a directory with usr/bin/etcd or bin/etcd");
    return;
  }
  const Lines theirs = etcd_page(program);
  if (std::getenv("QUORATE_REWRITE") != nullptr) {
    std::ofstream out{kGolden};
    for (const std::string& line : theirs) out << line << '\n';
  }
  std::ifstream file{kGolden};
  const Lines kept = lines_of(file);
  for (const std::string& line : kept) CHECK_MESSAGE(has(theirs, line), "gone: ", line);
  for (const std::string& line : theirs) CHECK_MESSAGE(has(kept, line), "new: ", line);
  CHECK(theirs.size() == kept.size());
}
