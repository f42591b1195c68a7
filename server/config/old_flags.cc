#include "server/config/old_flags.h"

namespace quorate::config {

void warn_of_old_flags(const FlagSet& flags, const Log& log) {
  for (const auto& [name, flag] : flags.names()) {
    if (!flags.is_set(name)) continue;
    if (name == "max-snapshots") {
      log.warn("--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8.");
    } else if (name == "v2-deprecation") {
      log.warn(
          "--v2-deprecation is deprecated and scheduled for removal in v3.8. The default value is "
          "enforced, ignoring user input.");
    } else if (name == flag->old_name) {
      log.info("flag has a new name", {{"flag-name", name}, {"new-name", flag->name}});
    } else if (const auto* gate = std::get_if<Gate>(&flag->target)) {
      log.info("flag has become a feature gate",
               {{"flag-name", name}, {"feature-gate", feature_name(gate->feature)}});
    } else if (std::holds_alternative<Nowhere>(flag->target)) {
      log.warn("flag is no longer supported - ignoring", {{"flag-name", name}});
    }
  }
}

}  // namespace quorate::config
