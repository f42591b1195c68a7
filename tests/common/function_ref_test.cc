#include "common/function_ref.h"

#include <memory>

#include <doctest/doctest.h>

using quorate::FunctionRef;

namespace {

int sum_of_calls(FunctionRef<int(int)> f) {
  return f(1) + f(2);
}

}  // namespace

TEST_CASE("a function ref calls the very object it was made from") {
  int calls = 0;
  auto count = [&calls, own = 0](int n) mutable {
    ++calls;
    own += n;
    return own;
  };
  CHECK(sum_of_calls(count) == 1 + 3);
  CHECK(sum_of_calls(count) == 4 + 6);
  CHECK(calls == 4);
}

TEST_CASE("a function ref takes constant objects and passes arguments that only move") {
  const auto unwrap = [](std::unique_ptr<int> n) { return *n; };
  const FunctionRef<int(std::unique_ptr<int>)> f = unwrap;
  CHECK(f(std::make_unique<int>(7)) == 7);
}
