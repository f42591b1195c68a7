#include "server/membership/members.h"

#include <algorithm>
#include <utility>

namespace quorate::membership {
namespace {

Error not_found() {
  return {Code::not_found, "etcdserver: member not found"};
}
Error id_exists() {
  return {Code::failed_precondition, "etcdserver: member ID already exist"};
}
Error urls_exist() {
  return {Code::failed_precondition, "etcdserver: Peer URLs already exists"};
}
Error too_many_learners() {
  return {Code::failed_precondition, "etcdserver: too many learner members in cluster"};
}
Error not_a_learner() {
  return {Code::failed_precondition, "etcdserver: can only promote a learner member"};
}

}  // namespace

const Member* Members::find(MemberId id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

std::vector<Member> Members::list() const {
  std::vector<Member> all;
  all.reserve(members_.size());
  for (const auto& [id, member] : members_) all.push_back(member);
  return all;
}

std::size_t Members::learners() const {
  return static_cast<std::size_t>(std::count_if(
      members_.begin(), members_.end(), [](const auto& entry) { return entry.second.is_learner; }));
}

bool Members::is_url_taken(const std::vector<std::string>& urls, MemberId except) const {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
    if (entry.first == except) return false;
    const auto& taken = entry.second.peer_urls;
    return std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
      return std::find(taken.begin(), taken.end(), url) != taken.end();
    });
  });
}

Status Members::add(Member member, std::size_t learners_max) {
  if (is_removed(member.id)) return not_found();
  if (find(member.id) != nullptr) return id_exists();
  if (is_url_taken(member.peer_urls, member.id)) return urls_exist();
  if (member.is_learner && learners() >= learners_max) return too_many_learners();
  restore(std::move(member));
  return {};
}

Status Members::promote(MemberId id) {
  if (find(id) == nullptr) return not_found();
  Member& member = members_[id];
  if (!member.is_learner) return not_a_learner();
  member.is_learner = false;
  return {};
}

Status Members::update(MemberId id, std::vector<std::string> peer_urls, bool is_learner) {
  if (find(id) == nullptr) return not_found();
  if (is_url_taken(peer_urls, id)) return urls_exist();
  Member& member = members_[id];
  member.peer_urls = std::move(peer_urls);
  member.is_learner = is_learner;
  return {};
}

Status Members::remove(MemberId id) {
  if (members_.erase(id) == 0) return not_found();
  removed_.insert(id);
  return {};
}

bool Members::set_attributes(MemberId id, std::string name, std::vector<std::string> client_urls) {
  const auto found = members_.find(id);
  if (found == members_.end()) return false;
  found->second.name = std::move(name);
  found->second.client_urls = std::move(client_urls);
  return true;
}

void Members::restore(Member member) {
  const MemberId id = member.id;
  members_[id] = std::move(member);
}

}  // namespace quorate::membership
