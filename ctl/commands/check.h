// What the two checks of `check` share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ctl/client/put_load.h"
#include "ctl/commands/load_report.h"
#include "ctl/context.h"

namespace quorate::ctl {

enum class LoadSize : std::uint8_t { small, medium, large, very_large };

struct CheckFlags {
  std::string load = "s";
  std::string prefix;
  bool auto_compact = false;
  bool auto_defrag = false;

  void declare(FlagSet& flags, const std::string& what);
  [[nodiscard]] Outcome<LoadSize> size() const;
};

// As many clients as the size asks for. Fails with 3 when there are keys below the prefix, which
// would be deleted in the end: `advice` is how to do that before.
Outcome<PutLoad::Clients> begin_check(Context& context, const CheckFlags& flags, LoadSize size,
                                      const std::string& advice);
// Deletes what the check has put, then compacts and defragments if that was asked for.
Outcome<> clean_up(Context& context, Client& client, const CheckFlags& flags);

[[nodiscard]] std::unique_ptr<Command> make_check_perf();
[[nodiscard]] std::unique_ptr<Command> make_check_datascale();

}  // namespace quorate::ctl
