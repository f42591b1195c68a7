#include "server/replica/read_pins.h"

#include <optional>

#include <doctest/doctest.h>

using namespace quorate::replica;

TEST_CASE("an epoch is clear once every read that began before it has ended") {
  ReadPins pins;
  int cleared = 0;
  pins.on_cleared([&] { ++cleared; });
  std::optional<ReadPin> early{pins.take()};
  std::optional<ReadPin> also_early{pins.take()};
  const auto epoch = pins.begin_epoch();
  std::optional<ReadPin> late{pins.take()};
  CHECK_FALSE(pins.is_clear_before(epoch));
  early.reset();
  CHECK_FALSE(pins.is_clear_before(epoch));
  CHECK(cleared == 0);
  also_early.reset();
  CHECK(pins.is_clear_before(epoch));
  CHECK(cleared == 1);
  CHECK_FALSE(pins.is_clear_before(epoch + 1));
}

TEST_CASE("the oldest reader going is what is told, not a younger one") {
  ReadPins pins;
  int cleared = 0;
  pins.on_cleared([&] { ++cleared; });
  std::optional<ReadPin> early{pins.take()};
  (void)pins.begin_epoch();
  std::optional<ReadPin> late{pins.take()};
  late.reset();
  CHECK(cleared == 0);
  early.reset();
  CHECK(cleared == 1);
}

TEST_CASE("a pin that was moved holds once") {
  ReadPins pins;
  const auto before = pins.begin_epoch() + 1;
  {
    ReadPin first = pins.take();
    ReadPin second = std::move(first);
    ReadPin third;
    third = std::move(second);
    CHECK_FALSE(pins.is_clear_before(before));
  }
  CHECK(pins.is_clear_before(before));
}
