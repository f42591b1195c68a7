// Users and roles as replicated state, and the tokens of those who log in.
#include <utility>

#include "server/replica/machine.h"

namespace quorate::replica {
namespace {

Area to_area(auth::Area area) {
  switch (area) {
    case auth::Area::auth:
      return Area::auth;
    case auth::Area::auth_users:
      return Area::auth_users;
    case auth::Area::auth_roles:
      return Area::auth_roles;
  }
  return Area::auth;
}

std::optional<auth::Area> auth_area(Area area) {
  for (const auto each : {auth::Area::auth, auth::Area::auth_users, auth::Area::auth_roles}) {
    if (to_area(each) == area) return each;
  }
  return std::nullopt;
}

// etcd counts a token by the entry before its own since 3.5.
Index token_number(Index entry) {
  return Index{entry.value() - 1};
}

}  // namespace

Result<Applied> Machine::run(const Work& work,
                             const etcdserverpb::InternalAuthenticateRequest& request) {
  auth::Store& store = access_.store();
  auto token = store.authenticate(
      {request.name(), store.revision(), request.simple_token(), token_number(work.index)},
      work.waiting);
  if (!token) return token.error();
  return applied(Token{std::move(*token)});
}

Status Machine::restore_access(const std::vector<AreaChange>& rows) {
  std::vector<auth::Store::Row> kept;
  for (const auto& row : rows) {
    if (const auto area = auth_area(row.area)) kept.push_back({*area, row.key, *row.value});
  }
  return access_.store().restore(kept);
}

void Machine::save_access() {
  for (auto& change : access_.store().take_changes()) {
    change_area(to_area(change.area), std::move(change.key), std::move(change.value));
  }
}

}  // namespace quorate::replica
