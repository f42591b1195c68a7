// What a command runs with: the flags, the environment, where to print, how to reach the cluster.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/event_loop.h"
#include "ctl/cli/command.h"
#include "ctl/client/client.h"
#include "ctl/client/error_text.h"
#include "ctl/failure.h"
#include "ctl/global_flags.h"
#include "ctl/output/printer.h"

namespace quorate::ctl {

// Whether a call ends when --command-timeout has passed; some of etcdctl's never end by themselves.
enum class TimeLimit : std::uint8_t { command_timeout, none };

class Context {
 public:
  // All outlive the context. `variables` are the environment, "NAME=value".
  Context(std::ostream& out, std::ostream& err, GlobalFlags& flags, Command& command,
          std::vector<std::string> variables, std::optional<std::size_t> separator);

  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  EventLoop& loop() { return loop_; }
  [[nodiscard]] const GlobalFlags& flags() const { return flags_; }
  // How many of the arguments stood before "--"; nothing when there was none.
  [[nodiscard]] std::optional<std::size_t> separator() const { return separator_; }
  [[nodiscard]] const std::vector<std::string>& variables() const { return variables_; }
  // Empty when it is not set.
  [[nodiscard]] std::string variable(std::string_view name) const;

  // Settles how to reach the cluster and how to print: takes the environment in, looks up members
  // in DNS, asks for a missing password. The same answer each time.
  Outcome<ClientConfig> client_config();
  Outcome<std::unique_ptr<Client>> connect();
  // To one endpoint only, whatever --endpoints says.
  Outcome<std::unique_ptr<Client>> connect_to(const std::string& endpoint);
  // Connects, asks once and returns the answer; any error ends the command with status 1.
  template <class Answer, class Request>
  Outcome<Answer> ask(std::string_view method, const Request& request,
                      TimeLimit limit = TimeLimit::command_timeout) {
    const auto client = connect();
    if (!client) return client.error();
    const Deadline until = limit == TimeLimit::none ? std::nullopt : deadline();
    auto answer = (*client)->template call<Answer>(method, request, until);
    if (!answer) return Failure{kExitError, error_text(answer.error())};
    return std::move(*answer);
  }
  // Settles only how to print, by the flags: for a command that needs no cluster.
  Outcome<> make_printer();
  // Requires: client_config() or make_printer() succeeded.
  Printer& printer() { return *printer_; }

  // When a command that begins now has taken too long.
  [[nodiscard]] Deadline deadline() const;
  // True when the time a command may take was asked for, not just assumed.
  [[nodiscard]] bool has_deadline_flag() const;

 private:
  Outcome<> settle();
  Outcome<std::vector<std::string>> endpoints();
  Outcome<grpc::TlsSettings> tls_settings() const;
  Outcome<std::optional<Credentials>> credentials();
  void show_settings();

  std::ostream& out_;
  std::ostream& err_;
  GlobalFlags& flags_;
  Command& command_;
  const std::vector<std::string> variables_;
  const std::optional<std::size_t> separator_;
  EventLoop loop_;
  std::optional<ClientConfig> config_;
  std::unique_ptr<Printer> printer_;
};

// "name:password" taken apart at the first colon; asks for the password if there is none and
// `password` is empty. A given password makes all of `user` the name. `prompt` as "Password: ".
Outcome<Credentials> split_user(const std::string& user, const std::string& password,
                                const std::string& prompt, std::ostream& out);

}  // namespace quorate::ctl
