// Where a cluster's members are, by the SRV records of a DNS domain (RFC 2782).
#pragma once

#include <string>
#include <vector>

#include "common/result.h"

namespace quorate::ctl {

// The members behind _etcd-client-ssl._tcp.DOMAIN as https:// and behind _etcd-client._tcp.DOMAIN
// as http:// endpoints; with a suffix, _etcd-client-ssl-SUFFIX and so on. An error when neither
// name exists: "dns lookup errors: E1 and E2".
Result<std::vector<std::string>> discover_endpoints(const std::string& domain,
                                                    const std::string& suffix);

}  // namespace quorate::ctl
