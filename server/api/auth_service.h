// etcdserverpb.Auth.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void auth_enable(Services& services, const CallPtr& call, std::string_view message);
void auth_disable(Services& services, const CallPtr& call, std::string_view message);
void auth_status(Services& services, const CallPtr& call, std::string_view message);
void auth_authenticate(Services& services, const CallPtr& call, std::string_view message);

void auth_user_add(Services& services, const CallPtr& call, std::string_view message);
void auth_user_get(Services& services, const CallPtr& call, std::string_view message);
void auth_user_list(Services& services, const CallPtr& call, std::string_view message);
void auth_user_delete(Services& services, const CallPtr& call, std::string_view message);
void auth_user_change_password(Services& services, const CallPtr& call, std::string_view message);
void auth_user_grant_role(Services& services, const CallPtr& call, std::string_view message);
void auth_user_revoke_role(Services& services, const CallPtr& call, std::string_view message);

void auth_role_add(Services& services, const CallPtr& call, std::string_view message);
void auth_role_get(Services& services, const CallPtr& call, std::string_view message);
void auth_role_list(Services& services, const CallPtr& call, std::string_view message);
void auth_role_delete(Services& services, const CallPtr& call, std::string_view message);
void auth_role_grant_permission(Services& services, const CallPtr& call, std::string_view message);
void auth_role_revoke_permission(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
