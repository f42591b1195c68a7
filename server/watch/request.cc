#include "server/watch/request.h"

#include "proto/rpc.pb.h"

namespace quorate::watch {

using Create = etcdserverpb::WatchCreateRequest;

Request to_request(const etcdserverpb::WatchRequest& message) {
  if (message.has_cancel_request()) return CancelRequest{message.cancel_request().watch_id()};
  if (message.has_progress_request()) return ProgressRequest{};
  if (!message.has_create_request()) return {};
  const Create& create = message.create_request();
  CreateRequest request;
  request.key = create.key();
  request.range_end = create.range_end();
  request.start = Revision{create.start_revision()};
  request.id = create.watch_id();
  for (const int filter : create.filters()) {
    if (filter == Create::NOPUT) request.skips_puts = true;
    if (filter == Create::NODELETE) request.skips_deletes = true;
  }
  request.wants_previous = create.prev_kv();
  request.wants_fragments = create.fragment();
  request.wants_progress = create.progress_notify();
  return request;
}

}  // namespace quorate::watch
