// What consensus is about: entries, the state that must survive a crash, and messages. Own values;
// the wire form (proto/raft.proto) is made of them at the edge.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/id.h"
#include "common/shared_bytes.h"

namespace quorate::raft {

enum class EntryType : std::uint8_t { normal = 0, conf_change = 1, conf_change_v2 = 2 };

// One slot of the replicated log. `data` means nothing to Raft; empty in the entry with which a
// leader begins its term (thesis §6.4).
struct Entry {
  Term term{};
  Index index{};
  EntryType type = EntryType::normal;
  SharedBytes data{};

  friend bool operator==(const Entry&, const Entry&) = default;
};

// What a member must never forget (Raft figure 2, "persistent state"). `commit` is kept along as a
// hint: after a crash it may be older than what was known.
struct HardState {
  Term term{};
  MemberId vote{};
  Index commit{};

  friend bool operator==(const HardState&, const HardState&) = default;
};

// Who takes part. `voters_outgoing` is not empty during a joint change (thesis §4.3);
// `learners_next` are voters of the outgoing half that become learners when it ends. All sorted.
struct ConfState {
  std::vector<MemberId> voters{};
  std::vector<MemberId> learners{};
  std::vector<MemberId> voters_outgoing{};
  std::vector<MemberId> learners_next{};
  bool auto_leave = false;

  friend bool operator==(const ConfState&, const ConfState&) = default;
};

// The point of the log that a snapshot of the state stands for (Raft §7).
struct SnapshotMeta {
  Index index{};
  Term term{};
  ConfState conf{};

  friend bool operator==(const SnapshotMeta&, const SnapshotMeta&) = default;
};

enum class ConfChangeType : std::uint8_t { add_voter = 0, remove = 1, update = 2, add_learner = 3 };
enum class ConfTransition : std::uint8_t { automatic = 0, joint_implicit = 1, joint_explicit = 2 };

struct ConfChangeSingle {
  ConfChangeType type = ConfChangeType::add_voter;
  MemberId member;  // nobody (0) = no change: a change that was refused when it was applied

  friend bool operator==(const ConfChangeSingle&, const ConfChangeSingle&) = default;
};

// Several changes go through a joint configuration. No changes at all = leave the joint one.
struct ConfChange {
  ConfTransition transition = ConfTransition::automatic;
  std::vector<ConfChangeSingle> changes;

  friend bool operator==(const ConfChange&, const ConfChange&) = default;
};

// How a leader treats a follower: looking for where their logs agree, sending ahead, or waiting for
// a snapshot to arrive.
enum class ProgressState : std::uint8_t { probe, replicate, snapshot };

// Same numbers as raftpb.MessageType; the local ones (0, 1, 10, 11, 12) are events here.
enum class MessageType : std::uint8_t {
  propose = 2,
  append = 3,
  append_response = 4,
  vote = 5,
  vote_response = 6,
  snapshot = 7,
  heartbeat = 8,
  heartbeat_response = 9,
  transfer_leader = 13,
  timeout_now = 14,
  read_index = 15,
  read_index_response = 16,
  pre_vote = 17,
  pre_vote_response = 18,
};

// One message between members. Which fields count depends on the type, as in raftpb.Message.
struct Message {
  MessageType type = MessageType::append;
  MemberId to{};
  MemberId from{};
  Term term{};      // 0 in propose and read_index, which carry no term
  Term log_term{};  // term of the entry at `index`
  Index index{};
  std::vector<Entry> entries{};
  Index commit{};
  bool reject = false;
  Index reject_hint{};
  SharedBytes context{};                   // read_index: the question's id; vote: why
  std::optional<SnapshotMeta> snapshot{};  // type snapshot only; the state itself goes beside it

  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace quorate::raft
