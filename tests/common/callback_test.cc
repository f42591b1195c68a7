#include "common/callback.h"

#include <array>
#include <memory>
#include <string>

#include <doctest/doctest.h>

using quorate::Callback;

TEST_CASE("a callback owns what its closure captured, inline or on the heap") {
  auto counted = std::make_shared<int>(0);
  {
    Callback<void()> small = [counted] { ++*counted; };
    std::array<char, 100> ballast{};
    Callback<void()> large = [counted, ballast] { *counted += 10 + ballast[0]; };
    CHECK(counted.use_count() == 3);
    Callback<void()> moved = std::move(small);
    CHECK(!small);
    moved();
    large();
    CHECK(*counted == 11);
    large = std::move(moved);
    CHECK(counted.use_count() == 2);
  }
  CHECK(counted.use_count() == 1);
}

TEST_CASE("a callback passes arguments through and returns what the closure returns") {
  Callback<std::string(std::unique_ptr<int>, const std::string&)> join =
      [](std::unique_ptr<int> n, const std::string& text) { return text + std::to_string(*n); };
  CHECK(join(std::make_unique<int>(7), "n") == "n7");
}
