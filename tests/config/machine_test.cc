#include "server/config/machine.h"

#include <arpa/inet.h>

#include <doctest/doctest.h>

using namespace quorate;

TEST_CASE("the machine's own address is one, if there is a way out") {
  const auto host = config::default_host();
  if (!host) {
    CHECK(host.error().message == "could not find default route");
    return;
  }
  in6_addr address{};
  CHECK((inet_pton(AF_INET, host->c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host->c_str(), &address) == 1));
  CHECK_FALSE(host->starts_with("127."));
}

TEST_CASE("a running test has some files open, so there is a limit above that") {
  CHECK(config::file_descriptors_max() > 3);
}
