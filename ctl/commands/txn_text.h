// The language of transactions: one comparison or operation a line.
#pragma once

#include <iosfwd>
#include <string>

#include "ctl/failure.h"
#include "proto/rpc.pb.h"

namespace quorate::ctl {

namespace pb = etcdserverpb;

// target("key") op "value", where target is one of ver version c create m mod val value lease, op
// one of = != < >. Keys and values are Go string literals, blanks around op are needed.
//   mod("key1") > "0"
// Failures have status 3 and etcdctl's words: "malformed comparison: LINE", ...
Outcome<pb::Compare> parse_compare(const std::string& line);

// put, get or del, or the beginning of one of these words, with the command's own flags.
//   put key1 "some value" --prev-kv
// Flags of other commands, the global ones included, are failures here.
Outcome<pb::RequestOp> parse_operation(const std::string& line, std::ostream& err);

}  // namespace quorate::ctl
