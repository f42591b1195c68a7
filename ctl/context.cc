#include "ctl/context.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/discovery.h"
#include "ctl/environment.h"
#include "ctl/terminal.h"

namespace quorate::ctl {
namespace {

// Variables that are known besides those of flags.
const std::vector<std::string> kKnownVariables{"ETCDCTL_API", "ETCDCTL_WATCH_KEY",
                                               "ETCDCTL_WATCH_RANGE_END"};

}  // namespace

Context::Context(std::ostream& out, std::ostream& err, GlobalFlags& flags, Command& command,
                 std::vector<std::string> variables, std::optional<std::size_t> separator)
    : out_{out},
      err_{err},
      flags_{flags},
      command_{command},
      variables_{std::move(variables)},
      separator_{separator} {}

std::string Context::variable(std::string_view name) const {
  for (const std::string& variable : variables_) {
    if (variable.size() > name.size() && variable.starts_with(name) &&
        variable[name.size()] == '=') {
      return variable.substr(name.size() + 1);
    }
  }
  return {};
}

Outcome<ClientConfig> Context::client_config() {
  if (!config_) {
    if (const auto settled = settle(); !settled) return settled.error();
  }
  return *config_;
}

Outcome<std::unique_ptr<Client>> Context::connect() {
  const auto config = client_config();
  if (!config) return config.error();
  return Client::make(loop_, *config, err_);
}

Outcome<std::unique_ptr<Client>> Context::connect_to(const std::string& endpoint) {
  auto config = client_config();
  if (!config) return config.error();
  config->endpoints = {endpoint};
  return Client::make(loop_, *config, err_);
}

Outcome<> Context::make_printer() {
  const auto format = parse_output_format(flags_.write_out);
  if (!format) return Failure{kExitBadFeature, "unsupported output format"};
  printer_ = ctl::make_printer(*format, flags_.hex ? Hex::yes : Hex::no, out_, err_);
  return boost::system::in_place_value;
}

Outcome<> Context::settle() {
  const FlagSets inherited = command_.inherited_flags();
  if (auto applied = apply_environment(inherited, variables_, kKnownVariables, err_); !applied) {
    return applied.error();
  }
  if (flags_.debug) show_settings();
  ClientConfig config;
  auto found = endpoints();
  if (!found) return found.error();
  config.endpoints = std::move(*found);
  auto tls = tls_settings();
  if (!tls) return tls.error();
  config.tls = std::move(*tls);
  config.wants_tls = config.tls != grpc::TlsSettings{} || !flags_.insecure_transport;
  config.token = flags_.auth_jwt_token;
  auto who = credentials();
  if (!who) return who.error();
  config.credentials = std::move(*who);
  config.dial_timeout = flags_.dial_timeout;
  config.keepalive_time = flags_.keepalive_time;
  config.keepalive_timeout = flags_.keepalive_timeout;
  config.send_bytes_max =
      static_cast<std::size_t>(std::max<std::int64_t>(flags_.max_request_bytes, 0));
  config.receive_bytes_max =
      static_cast<std::size_t>(std::max<std::int64_t>(flags_.max_recv_bytes, 0));
  if (auto made = make_printer(); !made) return made;
  config_ = std::move(config);
  return {};
}

Outcome<std::vector<std::string>> Context::endpoints() {
  std::vector<std::string> result;
  if (!flags_.discovery_srv.empty()) {
    auto found = discover_endpoints(flags_.discovery_srv, flags_.discovery_srv_name);
    if (!found) return Failure{kExitError, found.error().message};
    for (const std::string& endpoint : *found) {
      if (!flags_.insecure_discovery && endpoint.starts_with("http://")) {
        err_ << "ignoring discovered insecure endpoint " << go_quoted(endpoint) << '\n';
      } else {
        result.push_back(endpoint);
      }
    }
  }
  if (result.empty()) {
    for (const std::string& endpoint : flags_.endpoints) {
      result.push_back(trimmed(endpoint));
    }
  }
  return result;
}

Outcome<grpc::TlsSettings> Context::tls_settings() const {
  for (const char* name : {"cert", "key", "cacert"}) {
    const Flag* flag = find(command_.inherited_flags(), name);
    if (flag != nullptr && flag->was_given && flag->text().empty()) {
      return bad_args(fmt::format("empty string is passed to --{} option", name));
    }
  }
  return grpc::TlsSettings{
      .cert_file = flags_.cert,
      .key_file = flags_.key,
      .ca_file = flags_.cacert,
      .server_name = flags_.insecure_discovery ? std::string{} : flags_.discovery_srv,
      .skip_verify = flags_.insecure_skip_tls_verify};
}

Outcome<std::optional<Credentials>> Context::credentials() {
  const bool has_token = !flags_.auth_jwt_token.empty();
  if (flags_.user.empty() || has_token) return std::optional<Credentials>{};
  auto who = split_user(flags_.user, flags_.password, "Password: ", out_);
  if (!who) return who.error();
  if (who->user.empty() || who->password.empty()) return std::optional<Credentials>{};
  return std::optional{std::move(*who)};
}

// One NAME=value a line, sorted by the flags' names.
void Context::show_settings() {
  std::map<std::string, const Flag*> flags;
  for (FlagSet* set : command_.inherited_flags()) {
    for (const auto& [name, flag] : set->all()) flags.emplace(name, &flag);
  }
  for (const auto& [name, flag] : flags) {
    err_ << variable_name(name) << '=' << flag->text() << '\n';
  }
}

Deadline Context::deadline() const {
  return std::chrono::steady_clock::now() + flags_.command_timeout;
}

bool Context::has_deadline_flag() const {
  const Flag* flag = find(command_.inherited_flags(), "command-timeout");
  return (flag != nullptr && flag->was_given) || !variable("ETCDCTL_COMMAND_TIMEOUT").empty();
}

Outcome<Credentials> split_user(const std::string& user, const std::string& password,
                                const std::string& prompt, std::ostream& out) {
  if (!password.empty()) return Credentials{user, password};
  const auto colon = user.find(':');
  if (colon != std::string::npos) return Credentials{user.substr(0, colon), user.substr(colon + 1)};
  return Credentials{user, ask_secret(prompt, out).value_or("")};
}

}  // namespace quorate::ctl
