// The flags every command takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "ctl/cli/flag_set.h"

namespace quorate::ctl {

struct GlobalFlags {
  std::vector<std::string> endpoints{"127.0.0.1:2379"};
  bool debug = false;
  std::string write_out = "simple";
  bool hex = false;
  std::chrono::nanoseconds dial_timeout = std::chrono::seconds{2};
  std::chrono::nanoseconds command_timeout = std::chrono::seconds{5};
  std::chrono::nanoseconds keepalive_time = std::chrono::seconds{2};
  std::chrono::nanoseconds keepalive_timeout = std::chrono::seconds{6};
  std::int64_t max_request_bytes = 0;
  std::int64_t max_recv_bytes = 0;
  bool insecure_transport = true;
  bool insecure_discovery = true;
  bool insecure_skip_tls_verify = false;
  std::string cert;
  std::string key;
  std::string cacert;
  std::string auth_jwt_token;
  std::string user;
  std::string password;
  std::string discovery_srv;
  std::string discovery_srv_name;

  // `this` outlives the set.
  void declare(FlagSet& flags);
};

}  // namespace quorate::ctl
