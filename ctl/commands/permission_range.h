// Ranges of keys as permissions name them.
#pragma once

#include <string>
#include <vector>

#include "ctl/cli/flag_set.h"
#include "ctl/failure.h"

namespace quorate::ctl {

struct PermissionRange {
  std::string key;
  std::string end;  // empty: the key alone
};

struct PermissionRangeFlags {
  bool prefix = false;
  bool from_key = false;

  void declare(FlagSet& flags, const std::string& verb);  // "grant" or "revoke", for help
  // Requires: keys is not empty.
  [[nodiscard]] Outcome<PermissionRange> range(const std::vector<std::string>& keys) const;
};

}  // namespace quorate::ctl
