#include "server/raft/describe.h"

#include <charconv>
#include <span>

namespace quorate::raft {
namespace {

constexpr std::size_t kDataBytesShown = 32;
constexpr std::size_t kEntriesShown = 8;

std::string place(Index index, Term term) {
  return std::to_string(index.value()) + '/' + std::to_string(term.value());
}

std::string number(std::string_view name, std::uint64_t value) {
  return ' ' + std::string{name} + '=' + std::to_string(value);
}

std::string list(const std::vector<MemberId>& members) {
  std::string text = "(";
  for (const MemberId member : members) {
    if (text.size() > 1) text += ' ';
    text += to_text(member);
  }
  return text + ')';
}

std::string quoted(std::string_view data) {
  std::string text = "\"";
  for (const char c : data.substr(0, kDataBytesShown)) {
    text += c >= ' ' && c <= '~' && c != '"' ? c : '.';
  }
  if (data.size() > kDataBytesShown) text += "...";
  return text + '"';
}

std::string list(std::span<const Entry> entries) {
  std::string text = " entries=";
  for (const Entry& entry : entries.first(std::min(entries.size(), kEntriesShown))) {
    if (text.back() != '=') text += ',';
    text += to_text(entry);
  }
  if (entries.size() > kEntriesShown) text += ",... of " + std::to_string(entries.size());
  return text;
}

std::string in_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string append_response_text(const Message& m) {
  if (!m.reject) return number("index", m.index.value());
  return number("rejected", m.index.value()) + " hint=" + place(m.reject_hint, m.log_term);
}

std::string context_text(const Message& m) {
  return m.context.empty() ? "" : " context=" + in_hex(m.context.view());
}

// What counts in a message of this type.
std::string fields_text(const Message& m) {
  switch (m.type) {
    case MessageType::append:
      return " prev=" + place(m.index, m.log_term) + number("commit", m.commit.value()) +
             (m.entries.empty() ? "" : list(m.entries));
    case MessageType::append_response:
      return append_response_text(m);
    case MessageType::vote:
    case MessageType::pre_vote:
      return " last=" + place(m.index, m.log_term) +
             (m.context.empty() ? "" : " context=" + quoted(m.context.view()));
    case MessageType::vote_response:
    case MessageType::pre_vote_response:
      return m.reject ? " rejected" : " granted";
    case MessageType::snapshot:
      return m.snapshot ? ' ' + to_text(*m.snapshot) : " without snapshot";
    case MessageType::heartbeat:
      return number("commit", m.commit.value()) + context_text(m);
    case MessageType::heartbeat_response:
      return context_text(m);
    case MessageType::read_index:
    case MessageType::propose:
      return list(m.entries);
    case MessageType::read_index_response:
      return number("index", m.index.value()) + list(m.entries);
    case MessageType::transfer_leader:
    case MessageType::timeout_now:
      return "";
  }
  return "";
}

}  // namespace

std::string to_text(MemberId member) {
  char digits[16];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), member.value(), 16).ptr;
  return 'n' + std::string{digits, end};
}

std::string_view to_text(Role role) {
  switch (role) {
    case Role::follower:
      return "follower";
    case Role::pre_candidate:
      return "pre_candidate";
    case Role::candidate:
      return "candidate";
    case Role::leader:
      return "leader";
  }
  return "?";
}

std::string_view to_text(MessageType type) {
  switch (type) {
    case MessageType::propose:
      return "propose";
    case MessageType::append:
      return "append";
    case MessageType::append_response:
      return "append_response";
    case MessageType::vote:
      return "vote";
    case MessageType::vote_response:
      return "vote_response";
    case MessageType::snapshot:
      return "snapshot";
    case MessageType::heartbeat:
      return "heartbeat";
    case MessageType::heartbeat_response:
      return "heartbeat_response";
    case MessageType::transfer_leader:
      return "transfer_leader";
    case MessageType::timeout_now:
      return "timeout_now";
    case MessageType::read_index:
      return "read_index";
    case MessageType::read_index_response:
      return "read_index_response";
    case MessageType::pre_vote:
      return "pre_vote";
    case MessageType::pre_vote_response:
      return "pre_vote_response";
  }
  return "?";
}

std::string_view to_text(ProgressState state) {
  switch (state) {
    case ProgressState::probe:
      return "probe";
    case ProgressState::replicate:
      return "replicate";
    case ProgressState::snapshot:
      return "snapshot";
  }
  return "?";
}

std::string to_text(const Entry& entry) {
  std::string text = place(entry.index, entry.term);
  if (entry.type == EntryType::conf_change) text += ":conf";
  if (entry.type == EntryType::conf_change_v2) text += ":conf2";
  if (!entry.data.empty()) text += ':' + quoted(entry.data.view());
  return text;
}

std::string to_text(const HardState& state) {
  return "term=" + std::to_string(state.term.value()) + " vote=" + to_text(state.vote) +
         number("commit", state.commit.value());
}

std::string to_text(const ConfState& conf) {
  std::string text = list(conf.voters);
  if (!conf.voters_outgoing.empty()) text += '&' + list(conf.voters_outgoing);
  if (!conf.learners.empty()) text += " learners" + list(conf.learners);
  if (!conf.learners_next.empty()) text += " learners_next" + list(conf.learners_next);
  if (conf.auto_leave) text += " auto_leave";
  return text;
}

std::string to_text(const SnapshotMeta& snapshot) {
  return "snapshot=" + place(snapshot.index, snapshot.term) + " conf=" + to_text(snapshot.conf);
}

std::string to_text(const Message& m) {
  return to_text(m.from) + '>' + to_text(m.to) + ' ' + std::string{to_text(m.type)} +
         number("term", m.term.value()) + fields_text(m);
}

std::string to_text(const Persist& persist) {
  std::string text = "write " + std::to_string(persist.id.value());
  if (persist.hard_state) text += ' ' + to_text(*persist.hard_state);
  if (persist.snapshot) text += ' ' + to_text(*persist.snapshot);
  if (!persist.entries.empty()) text += list(persist.entries);
  return text;
}

std::string to_text(const Node::PeerProgress& peer) {
  std::string text = to_text(peer.id) + ' ' + std::string{to_text(peer.state)} +
                     number("match", peer.match.value()) + number("next", peer.next.value());
  if (peer.is_learner) text += " learner";
  if (!peer.recently_active) text += " inactive";
  return text;
}

}  // namespace quorate::raft
