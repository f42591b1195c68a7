#include "common/log_sampler.h"

#include <memory>

#include <doctest/doctest.h>

using namespace quorate;
using namespace std::chrono_literals;

namespace {
const Clock::Steady kStart{100s};

int admitted(LogSampler& sampler, int times, Clock::Steady at, LogLevel level = LogLevel::info) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += sampler.admits(level, "the same", at) ? 1 : 0;
  return count;
}
}  // namespace

TEST_CASE("the first hundred of a second pass, then every hundredth") {
  LogSampler sampler;
  CHECK(admitted(sampler, 100, kStart) == 100);
  CHECK(admitted(sampler, 99, kStart) == 0);
  CHECK(admitted(sampler, 1, kStart) == 1);  // the 200th
  CHECK(admitted(sampler, 800, kStart + 999ms) == 8);
}

TEST_CASE("a new second starts a new count") {
  LogSampler sampler;
  CHECK(admitted(sampler, 150, kStart) == 100);
  CHECK(admitted(sampler, 150, kStart + 1s) == 100);
}

TEST_CASE("other texts and other levels are counted on their own") {
  LogSampler sampler;
  CHECK(admitted(sampler, 101, kStart) == 100);
  CHECK(sampler.admits(LogLevel::info, "another", kStart));
  CHECK(admitted(sampler, 101, kStart, LogLevel::warn) == 100);
}

TEST_CASE("panic and fatal lines always pass") {
  LogSampler sampler;
  CHECK(admitted(sampler, 1000, kStart, LogLevel::fatal) == 1000);
  CHECK(admitted(sampler, 1000, kStart, LogLevel::panic) == 1000);
}
