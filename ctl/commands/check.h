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

[[nodiscard]] std::size_t client_count(LoadSize size);
// `first` and others like it, `count` in all.
Outcome<PutLoad::Clients> connect_many(Context& context, std::unique_ptr<Client> first,
                                       std::size_t count);

// Fails with 3 when there are keys below the prefix: they would be deleted.
Outcome<> require_no_keys(Client& client, const std::string& prefix, const std::string& command);
// Deletes what the check has put, then compacts and defragments if that was asked for.
Outcome<> clean_up(Context& context, Client& client, const CheckFlags& flags);

[[nodiscard]] std::unique_ptr<Command> make_check_perf();
[[nodiscard]] std::unique_ptr<Command> make_check_datascale();

}  // namespace quorate::ctl
