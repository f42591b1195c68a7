// Who belongs to the cluster, as the applied log says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/id.h"
#include "common/result.h"

namespace quorate::membership {

struct Member {
  MemberId id;
  std::string name;                      // empty until the member has started
  std::vector<std::string> peer_urls;    // sorted
  std::vector<std::string> client_urls;  // empty until the member has started
  bool is_learner = false;

  friend bool operator==(const Member&, const Member&) = default;
};

enum class MemberKind : std::uint8_t { voter, learner };

// Home: state thread.
class Members {
 public:
  [[nodiscard]] const Member* find(MemberId id) const;
  [[nodiscard]] bool is_removed(MemberId id) const { return removed_.contains(id); }
  [[nodiscard]] std::vector<Member> list() const;  // by id
  [[nodiscard]] std::size_t size() const { return members_.size(); }

  // Changes that consensus agreed on; an error leaves everything as it was, and the change is a
  // no-op for consensus too.
  // A learner is added if there are fewer than `learners_max`.
  [[nodiscard]] Status add(Member member, std::size_t learners_max);
  [[nodiscard]] Status promote(MemberId id);
  // Takes over what consensus knows of it: its addresses, and whether it is a learner.
  [[nodiscard]] Status update(MemberId id, std::vector<std::string> peer_urls, bool is_learner);
  [[nodiscard]] Status remove(MemberId id);
  // What a member publishes of itself once it runs. False when it is not a member.
  bool set_attributes(MemberId id, std::string name, std::vector<std::string> client_urls);

  // For start-up: what the table holds.
  void restore(Member member);
  void restore_removed(MemberId id) { removed_.insert(id); }

 private:
  [[nodiscard]] std::size_t learners() const;
  [[nodiscard]] bool is_url_taken(const std::vector<std::string>& urls, MemberId except) const;

  std::map<MemberId, Member> members_;
  std::set<MemberId> removed_;  // ids are never used again
};

}  // namespace quorate::membership
