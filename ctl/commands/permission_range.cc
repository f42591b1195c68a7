#include "ctl/commands/permission_range.h"

#include "ctl/client/key_range.h"

namespace quorate::ctl {

void PermissionRangeFlags::declare(FlagSet& flags, const std::string& verb) {
  flags.add("prefix", prefix, verb + " all keys that begin with <key>");
  flags.add("from-key", from_key, verb + " all keys from <key> on, in the order of their bytes");
}

Outcome<PermissionRange> PermissionRangeFlags::range(const std::vector<std::string>& keys) const {
  const Failure exclusive = bad_args("--from-key and --prefix flags are mutually exclusive");
  // "" cannot be named; the end that may stand behind it is overlooked, as etcdctl does.
  if (keys[0].empty()) {
    if (prefix && from_key) return exclusive;
    const bool is_open = prefix || from_key;
    return PermissionRange{std::string(1, '\0'), is_open ? kOpenRangeEnd : ""};
  }
  const bool has_end = keys.size() > 1;
  if (has_end && prefix) return bad_args("unexpected endkey argument with --prefix flag");
  if (has_end && from_key) return bad_args("unexpected endkey argument with --from-key flag");
  if (prefix && from_key) return exclusive;
  PermissionRange range{keys[0], has_end ? keys[1] : ""};
  if (prefix) range.end = prefix_end(keys[0]);
  if (from_key) range.end = kOpenRangeEnd;
  return range;
}

}  // namespace quorate::ctl
