// etcdserverpb.KV.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void kv_range(Services& services, const CallPtr& call, std::string_view message);
void kv_range_stream(Services& services, const CallPtr& call, std::string_view message);
void kv_put(Services& services, const CallPtr& call, std::string_view message);
void kv_delete_range(Services& services, const CallPtr& call, std::string_view message);
void kv_txn(Services& services, const CallPtr& call, std::string_view message);
void kv_compact(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
