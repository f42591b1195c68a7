#include "ctl/client/place.h"

#include <algorithm>

#include <fmt/format.h>

#include "ctl/client/error_text.h"
#include "ctl/client/key_range.h"
#include "ctl/client/watcher.h"

namespace quorate::ctl {

pb::RangeRequest one_below(const std::string& prefix, Created which) {
  pb::RangeRequest request;
  request.set_key(prefix);
  request.set_range_end(prefix_end(prefix));
  request.set_sort_target(pb::RangeRequest::CREATE);
  request.set_sort_order(which == Created::first ? pb::RangeRequest::ASCEND
                                                 : pb::RangeRequest::DESCEND);
  request.set_limit(1);
  return request;
}

Place::Place(Client& client, const Session& session, const std::string& name)
    : client_{&client},
      session_{&session},
      prefix_{name + '/'},
      key_{fmt::format("{}{:x}", prefix_, static_cast<std::uint64_t>(session.lease()))} {}

Outcome<Place> Place::take(Client& client, const Session& session, const std::string& name,
                           const std::string& value) {
  Place place{client, session, name};
  if (const auto done = place.enter(value); !done) return done.error();
  return place;
}

// A place that the session has already stays where it is.
Outcome<> Place::enter(const std::string& value) {
  pb::TxnRequest request;
  pb::Compare* is_new = request.add_compare();
  is_new->set_key(key_);
  is_new->set_target(pb::Compare::CREATE);
  is_new->set_result(pb::Compare::EQUAL);
  is_new->set_create_revision(0);
  pb::PutRequest* put = request.add_success()->mutable_request_put();
  put->set_key(key_);
  put->set_value(value);
  put->set_lease(session_->lease());
  request.add_failure()->mutable_request_range()->set_key(key_);
  *request.add_success()->mutable_request_range() = one_below(prefix_, Created::first);
  *request.add_failure()->mutable_request_range() = one_below(prefix_, Created::first);
  const auto answer = client_->call<pb::TxnResponse>("/etcdserverpb.KV/Txn", request, std::nullopt);
  if (!answer) return failure(answer.error());
  revision_ = created_ = answer->header().revision();
  if (!answer->succeeded()) {
    created_ = answer->responses(0).response_range().kvs(0).create_revision();
  }
  const pb::RangeResponse& first = answer->responses(1).response_range();
  is_first_ = first.kvs().empty() || first.kvs(0).create_revision() == created_;
  return {};
}

Outcome<> Place::wait() {
  if (is_first_) return {};
  pb::RangeRequest before = one_below(prefix_, Created::last);
  before.set_max_create_revision(created_ - 1);
  for (;;) {
    const auto found =
        client_->call<pb::RangeResponse>("/etcdserverpb.KV/Range", before, std::nullopt);
    if (!found) return failure(found.error());
    revision_ = found->header().revision();
    if (found->kvs().empty()) break;
    if (auto gone = wait_for_deletion(found->kvs(0).key(), revision_); !gone) return gone;
  }
  // Our own key may be gone by now, with its lease.
  pb::RangeRequest own;
  own.set_key(key_);
  const auto found = client_->call<pb::RangeResponse>("/etcdserverpb.KV/Range", own, std::nullopt);
  if (!found) return failure(found.error());
  if (found->kvs().empty()) return Failure{kExitError, "session expired"};
  is_first_ = true;
  return {};
}

Outcome<> Place::wait_for_deletion(const std::string& key, std::int64_t after_revision) {
  pb::WatchCreateRequest watch;
  watch.set_key(key);
  watch.set_start_revision(after_revision + 1);
  const Status seen = watch_until(*client_, watch, [](const pb::WatchResponse& response) {
    const auto& events = response.events();
    const bool is_gone = std::any_of(events.begin(), events.end(), [](const mvccpb::Event& event) {
      return event.type() == mvccpb::Event::DELETE;
    });
    return is_gone ? Visit::done : Visit::go_on;
  });
  if (!seen) return failure(seen.error());
  return {};
}

Outcome<> Place::leave(Deadline deadline) {
  pb::DeleteRangeRequest request;
  request.set_key(key_);
  const auto done =
      client_->call<pb::DeleteRangeResponse>("/etcdserverpb.KV/DeleteRange", request, deadline);
  if (!done) return failure(done.error());
  return {};
}

Failure Place::failure(const Error& error) const {
  if (session_->is_lost()) return {kExitError, "session expired"};
  return {kExitError, error_text(error)};
}

}  // namespace quorate::ctl
