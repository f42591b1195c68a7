"""What the peer port serves to whoever asks: version, members, probing, no other pages."""

import re

from harness.steps import request

PATHS = (
    "/version",
    "/version/",
    "/members",
    "/members/",
    "/raft/",
    "/",
    "/x",
    "/health",
    "/metrics",
    "/debug/vars",
    "/v3/kv/range",
    "/v2/keys",
    "//version",
    "/./members?x=1",
    "/%6dembers",
)


def without_time(body):
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z", b"<time>", body)


METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
STEPS = [
    *[request(method, path, to_peer_port=True) for path in PATHS for method in METHODS],
    *[
        request(method, "/raft/probing", to_peer_port=True, transform=without_time)
        for method in METHODS
    ],
]
