// Why a request was not carried out; etcd's texts and codes.
#pragma once

#include "common/error.h"
#include "server/auth/errors.h"

namespace quorate::replica {

[[nodiscard]] inline Error timed_out() {
  return {Code::unavailable, "etcdserver: request timed out"};
}
[[nodiscard]] inline Error stopped() {
  return {Code::unavailable, "etcdserver: server stopped"};
}
[[nodiscard]] inline Error leader_changed_error() {
  return {Code::unavailable, "etcdserver: leader changed"};
}
[[nodiscard]] inline Error not_leader() {
  return {Code::failed_precondition, "etcdserver: not leader"};
}
[[nodiscard]] inline Error no_leader() {
  return {Code::unavailable, "etcdserver: no leader"};
}
using auth::too_many_requests;
[[nodiscard]] inline Error too_large() {
  return {Code::invalid_argument, "etcdserver: request is too large"};
}
[[nodiscard]] inline Error no_space() {
  return {Code::resource_exhausted, "etcdserver: mvcc: database space exceeded"};
}
[[nodiscard]] inline Error corrupt() {
  return {Code::data_loss, "etcdserver: corrupt cluster"};
}
[[nodiscard]] inline Error bad_transferee() {
  return {Code::failed_precondition, "etcdserver: bad leader transferee"};
}
[[nodiscard]] inline Error transfer_timed_out() {
  return {Code::unknown, "etcdserver: request timed out, leader transfer took too long"};
}
[[nodiscard]] inline Error proposal_dropped() {
  return {Code::unknown, "raft proposal dropped"};
}

}  // namespace quorate::replica
