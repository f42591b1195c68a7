// What a simulation and its members need of each other, whatever a member is made of: a bare raft
// node with a state machine of a few numbers, or the whole replica.
#pragma once

#include <any>
#include <cstdint>

#include "server/raft/node.h"
#include "tests/sim/disk.h"

namespace quorate::sim {

// Numbers the requests of all clients, from 1.
using Number = Id<struct NumberTag>;

// What a client hears. Silence means: nobody knows.
struct Reply {
  Number request;
  bool is_done = false;          // false: it was dropped and will never happen
  Index index{};                 // where it was written, or up to where the read saw everything
  std::uint64_t state_hash = 0;  // reads: of the state that was seen
};

struct Packet {
  raft::Message message;
  std::any state;  // beside a snapshot
};

class Member;

// The world as a member sees it: it posts, and tells what it does to whoever checks it.
class Host {
 public:
  virtual ~Host() = default;
  // False when it was lost at once.
  virtual bool post(const Packet& packet) = 0;
  virtual void started(const Member& member) = 0;
  virtual void stepped(const Member& member, const raft::Actions& actions) = 0;
  // The state machine has taken this entry, or adopted a snapshot up to this index. The hash is of
  // its state after that.
  virtual void applied(const Member& member, const raft::Entry& entry,
                       std::uint64_t state_hash) = 0;
  virtual void adopted(const Member& member, Index index, std::uint64_t state_hash) = 0;
  virtual void replied(const Member& member, const Reply& reply) = 0;
};

// A machine with its disks. They survive a crash, the process does not.
class Member {
 public:
  virtual ~Member() = default;

  [[nodiscard]] virtual MemberId id() const = 0;
  virtual void start() = 0;
  virtual void crash() = 0;
  [[nodiscard]] bool is_up() const { return node() != nullptr; }

  // Requires for all of these: is_up().
  virtual void tick() = 0;
  virtual void receive(const Packet& packet) = 0;
  virtual void write(Number request) = 0;
  virtual void read(Number request) = 0;
  virtual void change(const raft::ConfChange& change) = 0;
  // What network and operators may say at any time: Campaign, TransferAsked, Unreachable.
  virtual void report(const raft::Event& event) = 0;

  virtual void set_disk_speed(const DiskSpeed& speed) = 0;

  // What checkers look at.
  [[nodiscard]] virtual const raft::Node* node() const = 0;  // null = down
  [[nodiscard]] virtual Index applied_index() const = 0;     // of the state machine; 0 when down
  [[nodiscard]] virtual raft::HardState durable_hard_state() const = 0;
  // The entry, or a state that includes it, is on the disk.
  [[nodiscard]] virtual bool holds_durably(Index index, Term term) const = 0;
};

}  // namespace quorate::sim
