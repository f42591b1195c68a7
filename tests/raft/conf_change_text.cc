#include "tests/raft/conf_change_text.h"

#include <array>
#include <charconv>
#include <utility>

#include "common/ensure.h"
#include "server/raft/describe.h"

namespace quorate::raft::testing {
namespace {

constexpr std::array<std::pair<std::string_view, ConfChangeType>, 4> kVerbs{{
    {"add ", ConfChangeType::add_voter},
    {"learner ", ConfChangeType::add_learner},
    {"remove ", ConfChangeType::remove},
    {"update ", ConfChangeType::update},
}};

constexpr std::array<std::pair<std::string_view, ConfTransition>, 2> kTransitions{{
    {"joint ", ConfTransition::joint_implicit},
    {"explicit ", ConfTransition::joint_explicit},
}};

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

ConfChangeSingle single_from(std::string_view text) {
  for (const auto& [verb, type] : kVerbs) {
    if (take(text, verb)) return {type, member_from(text)};
  }
  ensure_failed("a verb of kVerbs", __FILE__, __LINE__);
}

}  // namespace

std::string to_text(const ConfChange& change) {
  std::string text;
  for (const auto& [word, transition] : kTransitions) {
    if (change.transition == transition) text = word;
  }
  for (std::size_t i = 0; i < change.changes.size(); ++i) {
    if (i > 0) text += ", ";
    for (const auto& [verb, type] : kVerbs) {
      if (change.changes[i].type == type) text += verb;
    }
    text += raft::to_text(change.changes[i].member);
  }
  return text;
}

ConfChange conf_change_from(std::string_view text) {
  ConfChange change;
  for (const auto& [word, transition] : kTransitions) {
    if (take(text, word)) change.transition = transition;
  }
  while (!text.empty()) {
    const std::string_view single = text.substr(0, text.find(','));
    change.changes.push_back(single_from(single));
    text.remove_prefix(single.size());
    take(text, ", ");
  }
  return change;
}

Proposal proposal_of(const ConfChange& change) {
  const bool is_old = change.transition == ConfTransition::automatic && change.changes.size() == 1;
  return {is_old ? EntryType::conf_change : EntryType::conf_change_v2,
          SharedBytes{to_text(change)}};
}

MemberId member_from(std::string_view text) {
  ENSURE(take(text, "n"));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value, 16);
  ENSURE(error == std::errc{});
  ENSURE(end == text.end());
  return MemberId{value};
}

}  // namespace quorate::raft::testing
