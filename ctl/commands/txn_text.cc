#include "ctl/commands/txn_text.h"

#include <array>
#include <optional>
#include <ostream>
#include <string_view>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/cli/go_literal.h"
#include "ctl/cli/go_number.h"
#include "ctl/cli/words.h"
#include "ctl/commands/kv_requests.h"

namespace quorate::ctl {
namespace {

Failure bad_input(std::string text) {
  return {kExitBadInput, std::move(text)};
}

// ---- Comparisons

struct Target {
  std::string_view name;
  pb::Compare::CompareTarget target;
};
constexpr auto kTargets = std::to_array<Target>({{"ver", pb::Compare::VERSION},
                                                 {"version", pb::Compare::VERSION},
                                                 {"c", pb::Compare::CREATE},
                                                 {"create", pb::Compare::CREATE},
                                                 {"m", pb::Compare::MOD},
                                                 {"mod", pb::Compare::MOD},
                                                 {"val", pb::Compare::VALUE},
                                                 {"value", pb::Compare::VALUE},
                                                 {"lease", pb::Compare::LEASE}});

struct Operator {
  std::string_view sign;
  pb::Compare::CompareResult result;
};
constexpr auto kOperators = std::to_array<Operator>({{"=", pb::Compare::EQUAL},
                                                     {"!=", pb::Compare::NOT_EQUAL},
                                                     {">", pb::Compare::GREATER},
                                                     {"<", pb::Compare::LESS}});

template <class Entries>
const auto* find_entry(const Entries& entries, std::string_view name) {
  for (const auto& entry : entries) {
    const auto& [text, value] = entry;
    if (text == name) return &entry;
  }
  return static_cast<const typename Entries::value_type*>(nullptr);
}

// What stands behind the target: ("key") op "value". What cannot be read stays empty.
struct Terms {
  std::string key;
  std::string op;
  std::string value;
  bool is_whole = false;
};

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool take_literal(std::string_view& text, std::string& value) {
  skip_blanks(text);
  std::size_t used = 0;
  std::string literal;
  if (!unquote_prefix(text, literal, used)) return false;
  value = std::move(literal);
  text.remove_prefix(used);
  return true;
}

bool take_blank(std::string_view& text) {
  const std::size_t before = text.size();
  skip_blanks(text);
  return text.size() < before;
}

Terms read_terms(std::string_view text) {
  Terms terms;
  if (!take_literal(text, terms.key)) return terms;
  if (!text.starts_with(')')) return terms;
  text.remove_prefix(1);
  if (!take_blank(text)) return terms;
  const auto end = text.find_first_of(" \t");
  terms.op = text.substr(0, end);
  text.remove_prefix(std::min(end, text.size()));
  if (!take_blank(text)) return terms;
  terms.is_whole = take_literal(text, terms.value);
  return terms;
}

// The part of the union that the target asks for. Leases are named in hexadecimal, as elsewhere.
bool set_operand(pb::Compare& compare, const std::string& value) {
  if (compare.target() == pb::Compare::VALUE) {
    compare.set_value(value);
    return true;
  }
  const bool is_lease = compare.target() == pb::Compare::LEASE;
  const auto number = parse_int(value, is_lease ? 16 : 10);
  if (!number) return false;
  if (is_lease) compare.set_lease(*number);
  if (compare.target() == pb::Compare::VERSION) compare.set_version(*number);
  if (compare.target() == pb::Compare::CREATE) compare.set_create_revision(*number);
  if (compare.target() == pb::Compare::MOD) compare.set_mod_revision(*number);
  return true;
}

}  // namespace

Outcome<pb::Compare> parse_compare(const std::string& line) {
  const auto paren = line.find('(');
  if (paren == std::string::npos) return bad_input("malformed comparison: " + line);
  const std::string name = line.substr(0, paren);
  const Terms terms = read_terms(std::string_view{line}.substr(paren + 1));
  if (!terms.is_whole) {
    return bad_input(fmt::format("malformed comparison: {}; got {}({}) {} {}", line, name,
                                 go_quoted(terms.key), terms.op, go_quoted(terms.value)));
  }
  const Target* target = find_entry(kTargets, name);
  if (target == nullptr) {
    return bad_input(fmt::format("malformed comparison: {} (unknown target {})", line, name));
  }
  const Operator* op = find_entry(kOperators, terms.op);
  if (op == nullptr) {
    return bad_input(fmt::format("malformed comparison: {} (unknown operator {})", line, terms.op));
  }
  pb::Compare compare;
  compare.set_target(target->target);
  compare.set_result(op->result);
  compare.set_key(terms.key);
  if (!set_operand(compare, terms.value)) {
    return bad_input("invalid txn compare request: " + line);
  }
  return compare;
}

// ---- Operations

namespace {

enum class Operation : std::uint8_t { put, get, del };

// By the whole name or by the beginning of it.
std::optional<Operation> find_operation(std::string_view word) {
  if (word.empty()) return std::nullopt;
  if (std::string_view{"put"}.starts_with(word)) return Operation::put;
  if (std::string_view{"get"}.starts_with(word)) return Operation::get;
  if (std::string_view{"del"}.starts_with(word)) return Operation::del;
  return std::nullopt;
}

struct Line {
  const std::string& text;
  std::vector<std::string> words;  // without the operation's name
  std::ostream& err;
};

// The words that are no flags. A flag the operation does not have is explained on the spot.
Outcome<std::vector<std::string>> read_flags(FlagSet& flags, const char* usage, const Line& line) {
  auto parsed = parse_words({&flags}, line.words);
  if (parsed && !parsed->wants_help) return std::move(parsed->positionals);
  if (!parsed) line.err << parsed.error().message << '\n';
  line.err << "Usage:\n  " << usage << "\n\nFlags:\n" << flags.help() << '\n';
  return bad_input("invalid txn request: " + line.text);
}

Outcome<pb::RequestOp> put_operation(const Line& line) {
  PutFlags put;
  FlagSet flags;
  put.declare(flags);
  const auto args = read_flags(flags, "put [options] <key> <value>", line);
  if (!args) return args.error();
  const auto request = put.request(*args);
  if (!request) return request.error();
  pb::RequestOp op;
  *op.mutable_request_put() = *request;
  return op;
}

Outcome<pb::RequestOp> get_operation(const Line& line) {
  GetFlags get;
  FlagSet flags;
  get.declare(flags);
  const auto args = read_flags(flags, "get [options] <key> [range_end]", line);
  if (!args) return args.error();
  const auto request = get.request(*args);
  if (!request) return request.error();
  pb::RequestOp op;
  *op.mutable_request_range() = *request;
  return op;
}

Outcome<pb::RequestOp> del_operation(const Line& line) {
  DelFlags del;
  FlagSet flags;
  del.declare(flags);
  const auto args = read_flags(flags, "del [options] <key> [range_end]", line);
  if (!args) return args.error();
  const auto request = del.request(*args, line.err);
  if (!request) return request.error();
  pb::RequestOp op;
  *op.mutable_request_delete_range() = *request;
  return op;
}

}  // namespace

Outcome<pb::RequestOp> parse_operation(const std::string& text, std::ostream& err) {
  auto words = split_words(text);
  if (!words) return bad_input(words.error().message);
  if (words->size() < 2) return bad_input("invalid txn compare request: " + text);
  const auto operation = find_operation(words->front());
  if (!operation) return bad_input("invalid txn request: " + text);
  words->erase(words->begin());
  const Line line{text, std::move(*words), err};
  switch (*operation) {
    case Operation::put:
      return put_operation(line);
    case Operation::get:
      return get_operation(line);
    case Operation::del:
      break;
  }
  return del_operation(line);
}

}  // namespace quorate::ctl
