// Requests of get, put and del, made of their flags and arguments: for the commands themselves and
// for the lines of a transaction.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "ctl/cli/flag_set.h"
#include "ctl/failure.h"
#include "proto/rpc.pb.h"

namespace quorate::ctl {

namespace pb = etcdserverpb;

// "l" is linearizable (false), "s" serializable (true).
Outcome<bool> is_serializable(const std::string& consistency);

struct GetFlags {
  std::string consistency = "l";
  std::string order;
  std::string sort_by;
  std::int64_t limit = 0;
  bool prefix = false;
  bool from_key = false;
  std::int64_t rev = 0;
  bool keys_only = false;
  bool count_only = false;
  bool print_value_only = false;
  std::int64_t min_create_rev = 0;
  std::int64_t max_create_rev = 0;
  std::int64_t min_mod_rev = 0;
  std::int64_t max_mod_rev = 0;
  bool stream = false;

  void declare(FlagSet& flags);
  [[nodiscard]] Outcome<pb::RangeRequest> request(const std::vector<std::string>& args) const;
};

struct PutFlags {
  std::string lease = "0";
  bool prev_kv = false;
  bool ignore_value = false;
  bool ignore_lease = false;

  void declare(FlagSet& flags);
  // Reads the value from standard input when it is not among the arguments.
  [[nodiscard]] Outcome<pb::PutRequest> request(const std::vector<std::string>& args) const;
};

struct DelFlags {
  bool prefix = false;
  bool prev_kv = false;
  bool from_key = false;
  bool range = false;

  void declare(FlagSet& flags);
  // A range that was not asked for by --range is announced on `err`, and two seconds are left to
  // think again.
  [[nodiscard]] Outcome<pb::DeleteRangeRequest> request(const std::vector<std::string>& args,
                                                        std::ostream& err) const;
};

}  // namespace quorate::ctl
