"""Status, members, hashes and health: what operators and balancers ask."""

from harness.compare import ANYTHING
from harness.requests import put
from harness.steps import Grpc, GrpcRaw

HEALTH = "/grpc.health.v1.Health/"

STEPS = [
    Grpc("Maintenance/Status"),
    Grpc("Maintenance/HashKV"),
    Grpc("Cluster/MemberList"),
    Grpc("Cluster/MemberList", {"linearizable": True}),
    put(b"a", b"1"),
    put(b"a", b"2"),
    Grpc("Maintenance/Status"),
    Grpc("Maintenance/HashKV"),
    Grpc("Maintenance/HashKV", {"revision": 2}),
    # Over the bytes of the database file.
    Grpc("Maintenance/Hash", loose={"messages[0].hash": ANYTHING}),
    Grpc("Maintenance/Alarm"),
    Grpc("Maintenance/Alarm", {"alarm": "NOSPACE"}),
    Grpc("Maintenance/Defragment"),
    Grpc("Maintenance/Defragment"),
    Grpc("Maintenance/MoveLeader", {"targetID": 1}),
    Grpc("Maintenance/MoveLeader"),
    Grpc("Maintenance/Downgrade", {"version": "3.4"}),
    Grpc("Maintenance/Downgrade", {"action": "CANCEL"}),
    Grpc("Cluster/MemberRemove", {"ID": 1}),
    Grpc("Cluster/MemberUpdate", {"ID": 1, "peerURLs": ["http://127.0.0.1:1"]}),
    Grpc("Cluster/MemberPromote", {"ID": 1}),
    Grpc("Cluster/MemberAdd", {"peerURLs": ["x"]}),
    Grpc("Cluster/MemberAdd"),
    # Health: only the empty name, the whole server, is known.
    Grpc(HEALTH + "Check"),
    Grpc(HEALTH + "Check", {"service": "etcdserverpb.KV"}),
    Grpc(HEALTH + "Check", {"service": "nothing"}),
    Grpc(HEALTH + "Watch", take=1),
    Grpc(HEALTH + "Watch", {"service": "nothing"}, take=1),
    GrpcRaw("Health.List, newer than etcd 3.4", path=HEALTH + "List", body=b"\0\0\0\0\0"),
]
