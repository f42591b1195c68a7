#include <functional>
#include <ostream>

#include "ctl/commands/commands.h"
#include "ctl/commands/txn_text.h"
#include "ctl/context.h"
#include "ctl/terminal.h"

namespace quorate::ctl {
namespace {

class Txn final : public Command {
 public:
  Txn()
      : Command{{.use = "txn [options]",
                 .summary = "Check conditions and change several keys at once",
                 .description =
                     "Reads a transaction from standard input and carries it out at once.\n\n"
                     "Three parts, each ended by an empty line: comparisons, one a line; what to "
                     "do when all of them\nhold; what to do when one does not.\n\n"
                     "A comparison is target(\"key\") op \"value\": target is one of create, mod, "
                     "version, value and lease,\nop one of = != < >. Then come lines of put, get "
                     "and del with the flags of these commands.",
                 .examples = "  quoratectl txn <<'END'\n"
                             "  mod(\"key1\") > \"0\"\n"
                             "\n"
                             "  put key1 \"overwrote-key1\"\n"
                             "\n"
                             "  put key1 \"created-key1\"\n"
                             "  put key2 \"some extra key\"\n"
                             "\n"
                             "  END\n"
                             "  quoratectl txn -i                  # says what it expects",
                 .group = Group::key_value}} {
    flags().add("interactive,i", is_interactive_, "say what is expected next");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("txn command does not accept argument");
    const auto client = context.connect();
    if (!client) return client.error();
    pb::TxnRequest request;
    if (const auto done = read(context, request); !done) return done.error();
    const auto response =
        (*client)->call<pb::TxnResponse>("/etcdserverpb.KV/Txn", request, std::nullopt);
    if (!response) return Failure{kExitError, error_text(response.error())};
    return context.printer().txn(*response);
  }

 private:
  Outcome<> read(Context& context, pb::TxnRequest& request) const;
  // Calls `take` with every line up to the empty one.
  Outcome<> read_part(Context& context, const char* prompt,
                      const std::function<Outcome<>(const std::string&)>& take) const;

  bool is_interactive_ = false;
};

Outcome<> Txn::read_part(Context& context, const char* prompt,
                         const std::function<Outcome<>(const std::string&)>& take) const {
  if (is_interactive_) context.out() << prompt << '\n' << std::flush;
  for (;;) {
    const auto line = read_line();
    if (!line || !line->is_whole) return Failure{kExitBadInput, "EOF"};
    const std::string text = trimmed(line->text);
    if (text.empty()) return {};
    if (auto taken = take(text); !taken) return taken;
  }
}

Outcome<> Txn::read(Context& context, pb::TxnRequest& request) const {
  const auto operations = [&](auto* list) {
    return [&context, list](const std::string& line) -> Outcome<> {
      auto op = parse_operation(line, context.err());
      if (!op) return op.error();
      *list->Add() = std::move(*op);
      return {};
    };
  };
  const auto compares = [&](const std::string& line) -> Outcome<> {
    auto compare = parse_compare(line);
    if (!compare) return compare.error();
    *request.add_compare() = std::move(*compare);
    return {};
  };
  if (auto done = read_part(context, "compares:", compares); !done) return done;
  if (auto done = read_part(
          context, "success requests (get, put, del):", operations(request.mutable_success()));
      !done) {
    return done;
  }
  return read_part(context,
                   "failure requests (get, put, del):", operations(request.mutable_failure()));
}

}  // namespace

std::unique_ptr<Command> make_txn() {
  return std::make_unique<Txn>();
}

}  // namespace quorate::ctl
