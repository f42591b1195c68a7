#!/usr/bin/python3 -B
"""A server that is told to stop tells those who wait, and ends at once.

    stop_test.py --server PROGRAM
"""

import argparse
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                "conformance"))
SKIPPED = 77

try:
    from harness import messages, requests, servers, steps, streams
except ImportError as missing:
    print(f"skipped: {missing}; install python3-protobuf and python3-hpack")
    sys.exit(SKIPPED)

STOPPED = ("14", "etcdserver: server stopped")
GATEWAY_STOPPED = '"message":"etcdserver: server stopped"'


def open_calls(calls):
    """Everything that lasts, on its way: what has something to say has said it."""
    calls.ask(requests.put(b"held/1", b"x"))
    calls.ask(steps.Grpc("Lease/LeaseGrant", {"ID": 16, "TTL": 600}))
    lasting = {
        "a watch": calls.grpc("Watch/Watch", {"create_request": {"key": b"a"}}),
        "a keep-alive": calls.grpc("Lease/LeaseKeepAlive", {"ID": 16}),
        "an observer": calls.unary("Election/Observe", {"name": b"held"}),
        "a health watch": calls.unary("Health/Watch", {}),
    }
    for call in lasting.values():
        call.take()
    lasting["an observer of nobody"] = calls.unary("Election/Observe", {"name": b"none"})
    lasting["a lock"] = calls.unary("Lock/Lock", {"name": b"held", "lease": 16})
    lasting["a candidate"] = calls.unary("Election/Campaign", {"name": b"held", "lease": 16})
    calls.await_answer(requests.get(b"held/10"), lambda a: a["messages"][0].get("kvs"))
    return lasting


def open_gateway_calls(calls):
    watch = calls.gateway("/watch", '{"create_request":{"key":"YQ=="}}')
    observer = calls.gateway("/election/observe", '{"name":"aGVsZA=="}')
    for call in (watch, observer):
        call.head()
        call.take()
    return {"a watch over the gateway": watch, "an observer over the gateway": observer}


def check(what, found, expected, failures):
    if found != expected:
        failures.append(what)
        print(f"{what}: expected {expected!r}, found {found!r}")


def run(program, directory):
    failures = []
    server = servers.Server("quorate", program, [], os.path.join(directory, "server"))
    calls = streams.Calls(server)
    try:
        server.wait_until_ready()
        lasting, gateway = open_calls(calls), open_gateway_calls(calls)
        server.terminate()
        for name, call in lasting.items():
            answer = call.end()
            found = answer.get("grpc-status"), answer.get("grpc-message")
            check(name, found, STOPPED, failures)
        for name, call in gateway.items():
            check(name, GATEWAY_STOPPED in call.rest(), True, failures)
    finally:
        calls.close()
        server.stop()
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True, metavar="PROGRAM")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quorate-stop-") as directory:
        messages.generate(os.path.join(directory, "generated"))
        failures = run(args.server, directory)
    print(f"{len(failures)} were not told")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
