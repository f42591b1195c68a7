// Telling systemd that the server is ready (sd_notify(3)).
#pragma once

namespace quorate {

// One datagram "READY=1" to $NOTIFY_SOCKET; nothing when it is not set.
void notify_ready();

}  // namespace quorate
