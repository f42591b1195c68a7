#include <algorithm>
#include <deque>
#include <ostream>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/child.h"
#include "ctl/client/watcher.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/watch_words.h"
#include "ctl/context.h"
#include "ctl/input_lines.h"

namespace quorate::ctl {
namespace {

// So many responses wait to be shown before the server is made to wait.
constexpr std::size_t kWaitingMax = 64;

// One watch: shows what comes and runs the command, if there is one, for each event in turn.
class Show {
 public:
  Show(Context& context, Client& client, const pb::WatchCreateRequest& request,
       std::vector<std::string> command)
      : context_{context},
        command_{std::move(command)},
        watcher_{client,
                 request,
                 {.response = [this](const pb::WatchResponse& response, const Error& error) {
                   waiting_.push_back({response, error});
                   if (waiting_.size() == kWaitingMax) watcher_.hold();
                 }}} {}

  [[nodiscard]] bool has_work() const {
    return child_ ? child_->end().has_value() : !waiting_.empty();
  }
  [[nodiscard]] bool is_over() const { return is_over_; }
  void request_progress() { watcher_.request_progress(); }

  // Goes on until there is nothing to show or a command runs. Fails when a command has failed.
  Outcome<> advance();

 private:
  struct Response {
    pb::WatchResponse answer;
    Error error;
  };
  Outcome<> show(const Response& response);
  Outcome<> end_command();
  void start_command(const mvccpb::Event& event);

  Context& context_;
  const std::vector<std::string> command_;
  std::deque<Response> waiting_;  // the first one's events are passed to the command
  bool is_first_shown_ = false;
  int events_done_ = 0;  // of the first one
  std::unique_ptr<Child> child_;
  bool is_over_ = false;
  Watcher watcher_;
};

Outcome<> Show::advance() {
  if (child_) {
    if (auto done = end_command(); !done) return done;
  }
  for (; !waiting_.empty(); waiting_.pop_front(), is_first_shown_ = false, events_done_ = 0) {
    const Response& response = waiting_.front();
    if (!is_first_shown_) {
      if (auto done = show(response); !done) return done;
      is_first_shown_ = true;
    }
    if (!command_.empty() && events_done_ < response.answer.events_size()) {
      start_command(response.answer.events(events_done_++));
      return {};
    }
  }
  watcher_.release();
  return {};
}

Outcome<> Show::show(const Response& response) {
  if (response.answer.canceled()) {
    context_.err() << fmt::format("watch was canceled ({})\n", error_text(response.error));
    is_over_ = true;
  }
  if (is_progress(response.answer)) {
    context_.out() << "progress notify: " << response.answer.header().revision() << '\n';
  }
  auto printed = context_.printer().watch(response.answer);
  context_.out().flush();
  return printed;
}

void Show::start_command(const mvccpb::Event& event) {
  auto variables = context_.variables();
  set_variable(variables, "ETCD_WATCH_REVISION",
               std::to_string(waiting_.front().answer.header().revision()));
  set_variable(variables, "ETCD_WATCH_EVENT_TYPE",
               go_quoted(mvccpb::Event::EventType_Name(event.type())));
  set_variable(variables, "ETCD_WATCH_KEY", go_quoted(event.kv().key()));
  set_variable(variables, "ETCD_WATCH_VALUE", go_quoted(event.kv().value()));
  child_ = std::make_unique<Child>(context_.loop(), command_, variables);
}

// Requires: the command has ended.
Outcome<> Show::end_command() {
  const ChildEnd end = *child_->end();
  child_.reset();
  if (end.error.empty()) return {};
  context_.err() << fmt::format("command {} error ({})\n", go_quoted_list(command_), end.error);
  return Failure{kExitError, {}};
}

class Watch final : public Command {
 public:
  Watch()
      : Command{{.use = "watch [options] [key or prefix] [range_end] [--] "
                        "[exec-command arg1 arg2 ...]",
                 .summary = "Show changes as they happen",
                 .description =
                     "Shows the changes of a key, or of the keys from <key> up to but not "
                     "including [range_end]: PUT or\nDELETE on a line, then the key, then the "
                     "value. Ends when it is interrupted.\n\n"
                     "A command behind -- is run for each change, with ETCD_WATCH_EVENT_TYPE, "
                     "ETCD_WATCH_KEY,\nETCD_WATCH_VALUE (all three in double quotes) and "
                     "ETCD_WATCH_REVISION in its environment.\n\n"
                     "With -i, lines on standard input say what to watch, as on a command line; "
                     "the line `progress`\nasks up to which revision everything was shown.",
                 .examples = "  quoratectl watch foo\n"
                             "  quoratectl watch app/ --prefix --prev-kv\n"
                             "  quoratectl watch foo --rev=17         # also what happened since "
                             "then\n"
                             "  quoratectl watch foo -- sh -c 'env | grep ETCD_WATCH_'\n"
                             "  ETCDCTL_WATCH_KEY=foo quoratectl watch -- ./on-change.sh\n"
                             "  echo 'watch foo --rev=1' | quoratectl watch -i",
                 .group = Group::key_value}} {
    watch_.declare(flags());
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const WatchVariables variables{context.variable("ETCDCTL_WATCH_KEY"),
                                   context.variable("ETCDCTL_WATCH_RANGE_END")};
    if (auto done = variables.check(); !done) return done;
    if (watch_.interactive) return run_lines(context, variables);
    const auto words = split_watch_words(args, context.separator(), variables);
    if (!words) return words.error();
    const auto request = watch_.request(words->keys);
    if (!request) return request.error();
    const auto client = context.connect();
    if (!client) return client.error();
    Show show{context, **client, *request, words->command};
    while (!show.is_over()) {
      context.loop().run_until([&] { return show.has_work(); });
      if (auto done = show.advance(); !done) return done;
    }
    return Failure{kExitInterrupted, "watch is canceled by the server"};
  }

 private:
  static Outcome<> run_lines(Context& context, const WatchVariables& variables);

  WatchFlags watch_;
};

// Watches are added by lines of standard input, and show what they see side by side.
Outcome<> Watch::run_lines(Context& context, const WatchVariables& variables) {
  const auto client = context.connect();
  if (!client) return client.error();
  std::vector<std::unique_ptr<Show>> shows;
  std::deque<std::optional<InputLine>> lines;
  const InputLines input{context.loop(),
                         [&](const std::optional<InputLine>& line) { lines.push_back(line); }};
  const auto take = [&](const std::string& text) -> Outcome<> {
    auto line = parse_watch_line(text, variables);
    if (!line) return line.error();
    if (line->kind == WatchLine::Kind::bad) context.err() << line->complaint << '\n';
    if (line->kind == WatchLine::Kind::progress) {
      for (const auto& show : shows) show->request_progress();
    }
    if (line->kind == WatchLine::Kind::watch) {
      shows.push_back(
          std::make_unique<Show>(context, **client, line->request, line->words.command));
    }
    return {};
  };
  const auto has_work = [](const auto& show) { return show->has_work(); };
  for (;;) {
    context.loop().run_until(
        [&] { return !lines.empty() || std::any_of(shows.begin(), shows.end(), has_work); });
    for (; !lines.empty(); lines.pop_front()) {
      const auto& line = lines.front();
      if (!line || !line->is_whole) {
        return Failure{kExitBadInput, "error reading watch request line: EOF"};
      }
      if (auto done = take(line->text); !done) return done;
    }
    for (const auto& show : shows) {
      if (!show->has_work()) continue;
      if (auto done = show->advance(); !done) return done;
    }
    std::erase_if(shows, [](const auto& show) { return show->is_over(); });
  }
}

}  // namespace

std::unique_ptr<Command> make_watch() {
  return std::make_unique<Watch>();
}

}  // namespace quorate::ctl
