#include "ctl/global_flags.h"

namespace quorate::ctl {

void GlobalFlags::declare(FlagSet& flags) {
  flags.add("endpoints", endpoints, "where the cluster's members listen for clients");
  flags.add("debug", debug, "print the settings in effect to stderr");
  flags.add("write-out,w", write_out, "form of the output (fields, json, protobuf, simple, table)");
  flags.add("hex", hex, "print keys, values and ids in hexadecimal");
  flags.add("dial-timeout", dial_timeout, "how long logging in may take");
  flags.add("command-timeout", command_timeout,
            "how long a short running command may take (without logging in)");
  flags.add("keepalive-time", keepalive_time, "silence after which a connection is pinged");
  flags.add("keepalive-timeout", keepalive_timeout,
            "silence after such a ping that ends the connection");
  flags.add("max-request-bytes", max_request_bytes, "largest request to send (0: 2 MiB)");
  flags.add("max-recv-bytes", max_recv_bytes, "largest answer to take (0: 2 GiB)");
  flags.add("insecure-transport", insecure_transport,
            "no TLS where neither an endpoint nor another flag asks for it");
  flags.add("insecure-discovery", insecure_discovery,
            "also use members that DNS describes as listening without TLS");
  flags.add("insecure-skip-tls-verify", insecure_skip_tls_verify,
            "accept any certificate of the server (for tests only)");
  flags.add("cert", cert, "certificate to identify as, a file in PEM");
  flags.add("key", key, "key of that certificate, a file in PEM");
  flags.add("cacert", cacert, "authorities to trust instead of the system's, a file in PEM");
  flags.add("auth-jwt-token", auth_jwt_token, "token to identify with, instead of --user");
  flags.add("user", user, "user to log in as, name[:password]; asks for a missing password");
  flags.add("password", password, "password of --user, which then is the name alone");
  flags.add("discovery-srv,d", discovery_srv,
            "domain whose SRV records say where the cluster's members are");
  flags.add("discovery-srv-name", discovery_srv_name, "suffix of the service's name in DNS");
}

}  // namespace quorate::ctl
