#include "server/raft/conf_changer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/ensure.h"

namespace quorate::raft {
namespace {

using Members = std::vector<MemberId>;

bool contains(const Members& members, MemberId member) {
  return std::ranges::binary_search(members, member);
}

void insert(Members& members, MemberId member) {
  const auto at = std::ranges::lower_bound(members, member);
  if (at == members.end() || *at != member) members.insert(at, member);
}

void erase(Members& members, MemberId member) {
  std::erase(members, member);
}

Members united(const Members& a, const Members& b) {
  Members both;
  std::ranges::set_union(a, b, std::back_inserter(both));
  return both;
}

bool is_strictly_sorted(const Members& members) {
  return std::ranges::adjacent_find(members, std::ranges::greater_equal{}) == members.end();
}

bool intersect(const Members& a, const Members& b) {
  return std::ranges::any_of(a, [&](MemberId member) { return contains(b, member); });
}

Error refused(const char* why) {
  return Error{Code::failed_precondition, why};
}

// ---- One change on the incoming half

void make_voter(ConfState& conf, MemberId member) {
  erase(conf.learners, member);
  erase(conf.learners_next, member);
  insert(conf.voters, member);
}

void remove(ConfState& conf, MemberId member) {
  erase(conf.voters, member);
  erase(conf.learners, member);
  erase(conf.learners_next, member);
}

void make_learner(ConfState& conf, MemberId member) {
  if (contains(conf.learners, member)) return;
  remove(conf, member);
  // A voter of the outgoing half stays one until the joint configuration ends.
  insert(contains(conf.voters_outgoing, member) ? conf.learners_next : conf.learners, member);
}

void apply(ConfState& conf, const ConfChangeSingle& change) {
  if (change.member == MemberId{}) return;
  switch (change.type) {
    case ConfChangeType::add_voter:
      return make_voter(conf, change.member);
    case ConfChangeType::add_learner:
      return make_learner(conf, change.member);
    case ConfChangeType::remove:
      return remove(conf, change.member);
    case ConfChangeType::update:
      return;  // of names and addresses: nothing for consensus
  }
}

Result<ConfState> applied(ConfState conf, std::span<const ConfChangeSingle> changes) {
  for (const ConfChangeSingle& change : changes) apply(conf, change);
  if (conf.voters.empty()) return refused("removed all voters");
  return conf;
}

std::size_t count_differences(const Members& a, const Members& b) {
  Members differences;
  std::ranges::set_symmetric_difference(a, b, std::back_inserter(differences));
  return differences.size();
}

}  // namespace

Status check_conf(const ConfState& conf) {
  for (const Members* members :
       {&conf.voters, &conf.voters_outgoing, &conf.learners, &conf.learners_next}) {
    if (!is_strictly_sorted(*members)) return refused("members not sorted or repeated");
    if (contains(*members, MemberId{})) return refused("a member without id");
  }
  if (intersect(conf.learners, all_voters(conf))) return refused("a learner that is a voter");
  for (const MemberId member : conf.learners_next) {
    if (!contains(conf.voters_outgoing, member)) return refused("a learner to be that is no voter");
    if (contains(conf.voters, member)) return refused("a learner to be that stays a voter");
  }
  if (conf.auto_leave && !is_joint(conf)) return refused("to be left, but not joint");
  return {};
}

ConfState sorted(ConfState conf) {
  for (Members* members :
       {&conf.voters, &conf.voters_outgoing, &conf.learners, &conf.learners_next}) {
    std::ranges::sort(*members);
  }
  return conf;
}

bool is_joint(const ConfState& conf) {
  return !conf.voters_outgoing.empty();
}

Members all_voters(const ConfState& conf) {
  return united(conf.voters, conf.voters_outgoing);
}

Members all_members(const ConfState& conf) {
  return united(all_voters(conf), conf.learners);
}

bool is_refused(const ConfChange& change) {
  return !change.changes.empty() &&
         std::ranges::all_of(change.changes, [](const ConfChangeSingle& single) {
           return single.member == MemberId{};
         });
}

ConfChanger::ConfChanger(ConfState conf) : conf_{std::move(conf)} {
  ENSURE(check_conf(conf_).has_value());
}

Result<ConfState> ConfChanger::change(const ConfChange& change) const {
  if (is_refused(change)) return conf_;
  const bool is_automatic = change.transition == ConfTransition::automatic;
  if (change.changes.empty() && is_automatic) return leave_joint();
  if (change.changes.size() == 1 && is_automatic) return simple(change.changes);
  return enter_joint(change.changes, change.transition == ConfTransition::joint_explicit
                                         ? Leave::when_asked
                                         : Leave::automatically);
}

Result<ConfState> ConfChanger::simple(std::span<const ConfChangeSingle> changes) const {
  if (is_joint(conf_)) return refused("a simple change within a joint configuration");
  Result<ConfState> next = applied(conf_, changes);
  if (next && count_differences(conf_.voters, next->voters) > 1) {
    return refused("more than one voter changed without a joint configuration");
  }
  return next;
}

Result<ConfState> ConfChanger::enter_joint(std::span<const ConfChangeSingle> changes,
                                           Leave leave) const {
  if (is_joint(conf_)) return refused("already joint");
  if (conf_.voters.empty()) return refused("no voters to be joint with");
  ConfState joint = conf_;
  joint.voters_outgoing = joint.voters;
  joint.auto_leave = leave == Leave::automatically;
  return applied(std::move(joint), changes);
}

Result<ConfState> ConfChanger::leave_joint() const {
  if (!is_joint(conf_)) return refused("not joint");
  ConfState next = conf_;
  for (const MemberId member : next.learners_next) insert(next.learners, member);
  next.learners_next.clear();
  next.voters_outgoing.clear();
  next.auto_leave = false;
  return next;
}

}  // namespace quorate::raft
