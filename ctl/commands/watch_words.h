// What `watch` is asked for: on its command line, in its variables, in lines of watch -i.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ctl/cli/flag_set.h"
#include "ctl/failure.h"
#include "proto/rpc.pb.h"

namespace quorate::ctl {

namespace pb = etcdserverpb;

struct WatchFlags {
  bool interactive = false;
  bool prefix = false;
  std::int64_t rev = 0;
  bool prev_kv = false;
  bool progress_notify = false;

  void declare(FlagSet& flags);
  // `keys`: a key and perhaps the end of a range; of three or more only the first counts.
  [[nodiscard]] Outcome<pb::WatchCreateRequest> request(const std::vector<std::string>& keys) const;
};

// ETCDCTL_WATCH_KEY and ETCDCTL_WATCH_RANGE_END, which stand in for arguments. Empty = not set.
struct WatchVariables {
  std::string key;
  std::string range_end;

  // Fails when there is an end without a key.
  [[nodiscard]] Outcome<> check() const;
};

struct WatchWords {
  std::vector<std::string> keys;
  std::vector<std::string> command;  // to run for each event; empty = none
};
// `separator`: how many of the arguments stand before "--", behind which the command is.
Outcome<WatchWords> split_watch_words(const std::vector<std::string>& args,
                                      std::optional<std::size_t> separator,
                                      const WatchVariables& variables);

// One line of watch -i.
struct WatchLine {
  enum class Kind : std::uint8_t { watch, progress, bad };
  Kind kind = Kind::bad;
  WatchWords words;                // of a watch
  pb::WatchCreateRequest request;  // of a watch
  std::string complaint;           // why it is bad; the next line may be better
};
// Fails when etcdctl ends over such a line.
Outcome<WatchLine> parse_watch_line(const std::string& line, const WatchVariables& variables);

}  // namespace quorate::ctl
