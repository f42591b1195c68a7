// The parts of the simulation: a fake world that is not what it says would prove nothing.
#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/sim/client_checker.h"
#include "tests/sim/disk.h"
#include "tests/sim/failure.h"
#include "tests/sim/network.h"
#include "tests/sim/simulation.h"

using namespace quorate;
using namespace quorate::sim;

namespace {

void run_all(Scheduler& scheduler) {
  while (scheduler.run_next()) {
  }
}

Disk<std::string>::Change add(char letter) {
  return [letter](std::string& image) { image += letter; };
}

constexpr MemberId n1{1};
constexpr MemberId n2{2};

}  // namespace

TEST_CASE("things happen in the order of their time, then of their asking") {
  Scheduler scheduler;
  std::string order;
  scheduler.after(Time{20}, [&] { order += 'c'; });
  scheduler.after(Time{10}, [&] {
    order += 'a';
    scheduler.after(Time{10}, [&] { order += 'd'; });
  });
  scheduler.after(Time{10}, [&] { order += 'b'; });
  run_all(scheduler);
  CHECK(order == "abcd");
  CHECK(scheduler.now() == Time{20});
}

TEST_CASE("a write is durable only when its sync is done, and is reported after that") {
  Scheduler scheduler;
  Disk<std::string> disk{scheduler, Rng{1}, ""};
  std::string at_report;
  disk.write(add('a'), [&] { at_report = disk.durable(); });
  CHECK(disk.durable().empty());
  run_all(scheduler);
  CHECK(at_report == "a");
}

TEST_CASE("a crash keeps the first of the writes under way, and reports none of them") {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Scheduler scheduler;
    Disk<std::string> disk{scheduler, Rng{seed}, "-"};
    bool is_reported = false;
    for (const char letter : {'a', 'b', 'c'}) disk.write(add(letter), [&] { is_reported = true; });
    disk.crash();
    run_all(scheduler);
    CHECK_FALSE(is_reported);
    found.insert(disk.durable());
    disk.write(add('d'), [] {});
    run_all(scheduler);
    CHECK(disk.durable().ends_with('d'));
  }
  CHECK(found == std::set<std::string>{"-", "-a", "-ab", "-abc"});
}

TEST_CASE("the network loses, doubles and reorders as the weather says") {
  Scheduler scheduler;
  Network network{scheduler, Rng{1}};
  network.set_weather({.lost = 200, .doubled = 200, .late = 100});
  std::vector<int> arrived;
  int lost = 0;
  for (int i = 0; i < 1000; ++i) {
    const bool is_sent =
        network.send(n1, n2, Network::Copies::maybe_two, [&arrived, i] { arrived.push_back(i); });
    lost += is_sent ? 0 : 1;
  }
  run_all(scheduler);
  const std::set<int> different{arrived.begin(), arrived.end()};
  CHECK(different.size() == 1000 - static_cast<std::size_t>(lost));
  CHECK(lost > 100);
  CHECK(lost < 300);
  CHECK(arrived.size() > different.size() + 80);
  CHECK_FALSE(std::ranges::is_sorted(arrived));
}

TEST_CASE("what must not be doubled is not") {
  Scheduler scheduler;
  Network network{scheduler, Rng{1}};
  network.set_weather({.doubled = 1000});
  int arrived = 0;
  for (int i = 0; i < 10; ++i) network.send(n1, n2, Network::Copies::one, [&] { ++arrived; });
  run_all(scheduler);
  CHECK(arrived == 10);
}

TEST_CASE("a cut link loses what is sent and what is under way, in one direction") {
  Scheduler scheduler;
  Network network{scheduler, Rng{1}};
  int there = 0;
  int back = 0;
  network.send(n1, n2, Network::Copies::one, [&] { ++there; });
  network.send(n2, n1, Network::Copies::one, [&] { ++back; });
  network.cut(n1, n2);
  CHECK_FALSE(network.send(n1, n2, Network::Copies::one, [&] { ++there; }));
  run_all(scheduler);
  CHECK(there == 0);
  CHECK(back == 1);
  network.heal();
  CHECK(network.send(n1, n2, Network::Copies::one, [&] { ++there; }));
  run_all(scheduler);
  CHECK(there == 1);
}

namespace {

Number written(ClientChecker& clients, std::uint64_t index) {
  const Number write = clients.asks(ClientChecker::Kind::write);
  clients.happened(write, Index{index});
  clients.hears({.request = write, .is_done = true, .index = Index{index}});
  return write;
}

}  // namespace

TEST_CASE("a read that misses what was acknowledged before it is caught") {
  ClientChecker clients;
  const Number early = clients.asks(ClientChecker::Kind::read);
  written(clients, 5);
  const Number late = clients.asks(ClientChecker::Kind::read);
  CHECK(clients.hears({.request = early, .is_done = true, .index = Index{4}}));
  CHECK_THROWS_AS(clients.hears({.request = late, .is_done = true, .index = Index{4}}), Failure);
}

TEST_CASE("a read that goes back behind another read is caught") {
  ClientChecker clients;
  const Number first = clients.asks(ClientChecker::Kind::read);
  clients.hears({.request = first, .is_done = true, .index = Index{7}});
  const Number second = clients.asks(ClientChecker::Kind::read);
  CHECK_THROWS_AS(clients.hears({.request = second, .is_done = true, .index = Index{6}}), Failure);
}

TEST_CASE("writes that were dropped, happen twice, or only seem to have happened are caught") {
  ClientChecker clients;
  const Number dropped = clients.asks(ClientChecker::Kind::write);
  clients.hears({.request = dropped});
  CHECK_THROWS_AS(clients.happened(dropped, Index{1}), Failure);

  const Number twice = written(clients, 2);
  clients.happened(twice, Index{2});  // another state machine sees the same
  CHECK_THROWS_AS(clients.happened(twice, Index{3}), Failure);

  const Number never = clients.asks(ClientChecker::Kind::write);
  CHECK_THROWS_AS(clients.hears({.request = never, .is_done = true, .index = Index{9}}), Failure);
}

TEST_CASE("a write before what was acknowledged when it was asked is caught") {
  ClientChecker clients;
  written(clients, 5);
  const Number late = clients.asks(ClientChecker::Kind::write);
  clients.happened(late, Index{4});
  CHECK_THROWS_AS(clients.hears({.request = late, .is_done = true, .index = Index{4}}), Failure);
}

TEST_CASE("the same seed does the same, another one does not") {
  const auto hash_of = [](std::uint64_t seed) {
    return Simulation{{.seed = seed, .steps = 5'000}}.run().trace_hash;
  };
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CHECK(hash_of(seed) == hash_of(seed));
    hashes.insert(hash_of(seed));
  }
  CHECK(hashes.size() == 5);
}
