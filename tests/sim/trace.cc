#include "tests/sim/trace.h"

#include <ostream>
#include <utility>

#include "server/raft/describe.h"

namespace quorate::sim {

void Trace::mix(std::uint64_t value) {
  hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15;
  hash_ ^= hash_ >> 29;
}

void Trace::mix(std::string_view bytes) {
  mix(bytes.size());
  for (const char byte : bytes) mix(static_cast<unsigned char>(byte));
}

void Trace::keep(std::variant<Note, Passing> what) {
  ++events_;
  mix(static_cast<std::uint64_t>(clock_->now().count()));
  tail_.push_back({clock_->now(), std::move(what)});
  if (tail_.size() > kTailEvents) tail_.pop_front();
}

void Trace::note(MemberId who, std::string text) {
  mix(who.value());
  mix(text);
  keep(Note{who, std::move(text)});
}

void Trace::message(std::string_view verb, const raft::Message& message) {
  mix(verb);
  mix(static_cast<std::uint64_t>(message.type));
  for (const std::uint64_t value :
       {message.to.value(), message.from.value(), message.term.value(), message.log_term.value(),
        message.index.value(), message.commit.value(), message.reject_hint.value()}) {
    mix(value);
  }
  mix(message.reject ? 1 : 0);
  mix(message.context.view());
  for (const raft::Entry& entry : message.entries) {
    mix(entry.term.value());
    mix(entry.data.view());
  }
  keep(Passing{verb, message});
}

void Trace::print_tail(std::ostream& out) const {
  for (const Event& event : tail_) {
    out << event.when.count() << ' ';
    if (const Note* note = std::get_if<Note>(&event.what)) {
      out << raft::to_text(note->who) << ' ' << note->text << '\n';
    } else {
      const Passing& passing = std::get<Passing>(event.what);
      out << passing.verb << ' ' << raft::to_text(passing.message) << '\n';
    }
  }
}

}  // namespace quorate::sim
