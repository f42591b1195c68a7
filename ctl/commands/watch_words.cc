#include "ctl/commands/watch_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/cli/words.h"
#include "ctl/client/key_range.h"

namespace quorate::ctl {
namespace {

const std::string kFirstKey(1, '\0');  // "" cannot be asked for

Failure bad_number(const char* more = "") {
  return bad_args(std::string{"bad number of arguments"} + more);
}

}  // namespace

void WatchFlags::declare(FlagSet& flags) {
  flags.add("interactive,i", interactive, "read what to watch from standard input");
  flags.add("prefix", prefix, "watch all keys that begin with <key>");
  flags.add("rev", rev, "begin with the changes of this revision (0: with the next change)");
  flags.add("prev-kv", prev_kv, "also show the key and value that were there before");
  flags.add("progress-notify", progress_notify,
            "also say from time to time up to which revision everything was shown");
}

Outcome<pb::WatchCreateRequest> WatchFlags::request(const std::vector<std::string>& keys) const {
  if (keys.empty()) return bad_number();
  const bool has_end = keys.size() == 2;
  if (has_end && prefix) return bad_args("`range_end` and `--prefix` are mutually exclusive");
  pb::WatchCreateRequest request;
  request.set_key(keys[0]);
  if (has_end) request.set_range_end(keys[1]);
  if (prefix) {
    if (keys[0].empty()) request.set_key(kFirstKey);
    request.set_range_end(prefix_end(keys[0]));
  }
  request.set_start_revision(rev);
  request.set_prev_kv(prev_kv);
  request.set_progress_notify(progress_notify);
  return request;
}

Outcome<> WatchVariables::check() const {
  if (!key.empty() || range_end.empty()) return {};
  return bad_args("ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=" +
                  go_quoted(range_end));
}

Outcome<WatchWords> split_watch_words(const std::vector<std::string>& args,
                                      std::optional<std::size_t> separator,
                                      const WatchVariables& variables) {
  WatchWords words;
  const auto behind = args.begin() + static_cast<std::ptrdiff_t>(separator.value_or(args.size()));
  words.keys.assign(args.begin(), behind);
  words.command.assign(behind, args.end());
  if (separator && words.command.empty()) {
    return bad_number(" (found separator --, but no commands)");
  }
  if (variables.key.empty()) return words;
  if (!words.keys.empty()) return bad_number(" (found conflicting environment key)");
  words.keys.push_back(variables.key);
  if (!variables.range_end.empty()) words.keys.push_back(variables.range_end);
  return words;
}

namespace {

WatchLine bad_line(std::string complaint) {
  WatchLine line;
  line.complaint = std::move(complaint);
  return line;
}

Outcome<WatchLine> parse_watch(const std::string& text, std::vector<std::string> words,
                               const WatchVariables& variables) {
  words.erase(words.begin());
  if (words.empty() && variables.key.empty()) {
    return bad_line(fmt::format("Invalid command {} (command type or key is not provided)", text));
  }
  // Comes before what else may be wrong.
  if (!words.empty() && std::find(words.begin(), words.end(), "--") == words.end() - 1) {
    return bad_number(" (found separator --, but no commands)");
  }
  WatchFlags flags;
  FlagSet set;
  flags.declare(set);
  const auto parsed = parse_words({&set}, words);
  if (!parsed) return bad_args(parsed.error().message);
  if (parsed->wants_help) return bad_args("pflag: help requested");
  if (!parsed->separator && parsed->positionals.empty() && variables.key.empty()) {
    return bad_number();
  }
  auto split = split_watch_words(parsed->positionals, parsed->separator, variables);
  if (!split) return split.error();
  auto request = flags.request(split->keys);
  if (!request) return bad_line(fmt::format("Invalid command {} ({})", text, request.error().text));
  return WatchLine{WatchLine::Kind::watch, std::move(*split), std::move(*request), {}};
}

}  // namespace

Outcome<WatchLine> parse_watch_line(const std::string& line, const WatchVariables& variables) {
  auto words = split_words(line);
  if (!words) return Failure{kExitBadInput, words.error().message};
  if (words->empty()) {
    return bad_line(fmt::format("Invalid command: {} (watch and progress supported)", line));
  }
  if (words->front() == "watch") return parse_watch(line, std::move(*words), variables);
  if (words->front() == "progress") return WatchLine{WatchLine::Kind::progress, {}, {}, {}};
  return bad_line(fmt::format("Invalid command {} (only support watch)", line));
}

}  // namespace quorate::ctl
