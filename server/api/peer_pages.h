// What the peer port serves: who the members are, which version they speak, and whether they can be
// reached. Members that join ask for it before they take part.
#pragma once

#include "common/clock.h"
#include "server/api/services.h"
#include "server/net/http.h"

namespace quorate::api {

// Home: state thread. Outlives the connections.
class PeerPages final : public net::Application {
 public:
  PeerPages(const Services& services, const Clock& clock) : services_{services}, clock_{clock} {}

  net::ResponderPtr open(const net::RequestHead& head, net::ExchangePtr exchange) override;

 private:
  const Services& services_;
  const Clock& clock_;
};

}  // namespace quorate::api
