#include "server/metrics/family.h"

#include <doctest/doctest.h>

#include "server/metrics/registry.h"

using namespace quorate::metrics;

TEST_CASE("the same label values are the same cell, for ever") {
  Registry registry;
  Family<Counter> sent{registry, "sent", "Bytes.", {"To"}};
  Counter& a = sent.with({"a"});
  a.add(3);
  for (int i = 0; i < 100; ++i) sent.with({std::to_string(i)});
  CHECK(&sent.with({"a"}) == &a);
  CHECK(sent.with({"a"}).value() == 3);
  CHECK(sent.with({"b"}).value() == 0);
}

TEST_CASE("too many label values share one cell") {
  Registry registry;
  Family<Counter> family{registry, "f", "F.", {"x", "y"}};
  for (std::size_t i = 0; i < Family<Counter>::kCellsMax + 10; ++i) {
    family.with({std::to_string(i), ""}).add();
  }
  CHECK(family.with({"other", "other"}).value() == 10);
  CHECK(&family.with({"never seen", ""}) == &family.with({"other", "other"}));
  CHECK(family.with({"0", ""}).value() == 1);
  std::size_t cells = 0;
  family.for_each([&](const auto&, const Counter&) { ++cells; });
  CHECK(cells == Family<Counter>::kCellsMax + 1);
}

TEST_CASE("histograms of a family have its buckets") {
  Registry registry;
  Family<Histogram> family{registry, "h", "H.", {"x"}, Buckets::of({1, 2})};
  CHECK(family.with({"a"}).buckets().count == 2);
}
