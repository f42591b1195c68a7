#!/usr/bin/python3 -B
"""curl on the JSON gateway and the pages beside it, over HTTP/1.1."""

import base64
import json
import shutil
import subprocess
import sys
import time

from client_test import ClientTest, main, run, skip

CURL = shutil.which("curl") or skip("no curl")


def coded(text):
    return base64.b64encode(text.encode()).decode()


class CurlTest(ClientTest):
    def curl(self, *args):
        """The status and the body."""
        url = f"http://127.0.0.1:{self.server.client_port}"
        args = [url + arg if arg.startswith("/") else arg for arg in args]
        done = run([CURL, "-s", "-S", "-w", "\n%{http_code}", *args])
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        body, _, status = done.stdout.decode().rpartition("\n")
        return int(status), body

    def post(self, path, message):
        status, body = self.curl(path, "-d", json.dumps(message))
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def refused(self, path, message):
        status, body = self.curl(path, "-d", json.dumps(message))
        self.assertGreaterEqual(status, 400)
        return json.loads(body)["error"]

    def put(self, key, value):
        """The revision of the put."""
        answer = self.post("/v3/kv/put", {"key": coded(key), "value": coded(value)})
        return int(answer["header"]["revision"])

    def value(self, key, **more):
        answer = self.post("/v3/kv/range", {"key": coded(key), **more})
        return base64.b64decode(answer["kvs"][0]["value"]).decode() if "kvs" in answer else None


class Keys(CurlTest):
    def test_put_and_range(self):
        revision = self.put(self.prefix, "value")
        answer = self.post("/v3/kv/range", {"key": coded(self.prefix)})
        self.assertEqual(answer["count"], "1")
        self.assertEqual(answer["kvs"], [{
            "key": coded(self.prefix), "value": coded("value"), "version": "1",
            "create_revision": str(revision), "mod_revision": str(revision)}])

    def test_old_values(self):
        old = self.put(self.prefix, "old")
        self.put(self.prefix, "new")
        self.assertEqual(self.value(self.prefix), "new")
        self.assertEqual(self.value(self.prefix, revision=old), "old")
        self.assertEqual(self.value(self.prefix, revision=str(old)), "old")

    def test_prefix(self):
        for key in "abc":
            self.put(self.prefix + key, key)
        answer = self.post("/v3/kv/range", {
            "key": coded(self.prefix), "range_end": coded(self.prefix[:-1] + "0"), "limit": 2})
        self.assertEqual([kv["value"] for kv in answer["kvs"]], [coded("a"), coded("b")])
        self.assertEqual((answer["count"], answer["more"]), ("3", True))

    def test_delete(self):
        self.put(self.prefix, "v")
        answer = self.post("/v3/kv/deleterange", {"key": coded(self.prefix), "prev_kv": True})
        self.assertEqual(answer["deleted"], "1")
        self.assertEqual(answer["prev_kvs"][0]["value"], coded("v"))
        self.assertIsNone(self.value(self.prefix))

    def test_compare_and_swap(self):
        key = coded(self.prefix)
        revision = self.put(self.prefix, "old")
        swap = {
            "compare": [{"key": key, "target": "MOD", "modRevision": str(revision)}],
            "success": [{"requestPut": {"key": key, "value": coded("new")}}],
            "failure": [{"requestRange": {"key": key}}],
        }
        self.assertTrue(self.post("/v3/kv/txn", swap)["succeeded"])
        answer = self.post("/v3/kv/txn", swap)
        self.assertNotIn("succeeded", answer)
        self.assertEqual(answer["responses"][0]["response_range"]["kvs"][0]["value"], coded("new"))

    def test_compaction(self):
        old = self.put(self.prefix, "old")
        new = self.put(self.prefix, "new")
        self.post("/v3/kv/compaction", {"revision": str(new), "physical": True})
        self.assertEqual(self.refused("/v3/kv/range", {"key": coded(self.prefix),
                                                       "revision": old}),
                         "etcdserver: mvcc: required revision has been compacted")

    def test_errors(self):
        self.assertEqual(self.refused("/v3/kv/put", {"value": coded("v")}),
                         "etcdserver: key is not provided")
        status, _ = self.curl("/v3/kv/put", "-d", "{")
        self.assertEqual(status, 400)
        self.assertEqual(self.curl("/v3/kv/nothing", "-d", "{}")[0], 404)
        self.assertEqual(self.curl("/v3/kv/put")[0], 405)


class Pages(CurlTest):
    def test_health(self):
        status, body = self.curl("/health")
        self.assertEqual((status, json.loads(body)["health"]), (200, "true"))

    def test_version(self):
        status, body = self.curl("/version")
        self.assertEqual(status, 200)
        self.assertEqual(sorted(json.loads(body)), ["etcdcluster", "etcdserver"])

    def test_metrics(self):
        status, body = self.curl("/metrics")
        self.assertEqual(status, 200)
        self.assertIn("\netcd_server_has_leader 1\n", body)

    def test_status(self):
        answer = self.post("/v3/maintenance/status", {})
        self.assertEqual(answer["leader"], str(self.server.member_id))
        self.assertEqual(answer["header"]["cluster_id"], str(self.server.cluster_id))

    def test_members(self):
        [member] = self.post("/v3/cluster/member/list", {})["members"]
        self.assertEqual(member["peerURLs"], [f"http://127.0.0.1:{self.server.peer_port}"])

    def test_a_page_of_another_site(self):
        status, body = self.curl("/health", "-i", "-H", "Origin: https://example.org")
        self.assertEqual(status, 200)
        self.assertIn("access-control-allow-origin: *", body.lower())

    def test_two_requests_on_one_connection(self):
        done = run([CURL, "-s", "-S", "-v", f"http://127.0.0.1:{self.server.client_port}/health",
                    f"http://127.0.0.1:{self.server.client_port}/version"])
        self.assertIn(b"Re-using existing connection", done.stderr)
        self.assertIn(b'"etcdserver"', done.stdout)


class Metrics(CurlTest):
    """The server is shared, so what is compared are the changes."""

    def scraped(self, prefix):
        _, body = self.curl("/metrics")
        lines = (line.rsplit(" ", 1) for line in body.splitlines() if line.startswith(prefix))
        return {name[len(prefix):]: float(value) for name, value in lines}

    def assert_grown(self, prefix, before, expected):
        """Soon: streams end and leases are revoked in their own time."""
        deadline = time.monotonic() + 20
        while True:
            now = self.scraped(prefix)
            grown = {name: now[name] - before[name] for name in expected}
            if grown == expected or time.monotonic() > deadline:
                return self.assertEqual(grown, expected)

    def watch(self, **create):
        url = f"http://127.0.0.1:{self.server.client_port}/v3/watch"
        body = json.dumps({"create_request": create})
        stream = subprocess.Popen([CURL, "-s", "-N", url, "-d", body], stdout=subprocess.PIPE)
        self.assertIn("created", json.loads(stream.stdout.readline())["result"])
        return stream

    def test_watches(self):
        prefix = "etcd_debugging_mvcc_"
        names = ("watch_stream_total", "watcher_total", "slow_watcher_total", "events_total",
                 "pending_events_total")
        before = self.scraped(prefix)
        first = self.put(self.prefix + "a", "1")
        last = coded(self.prefix[:-1] + "0")
        streams = [
            self.watch(key=coded(self.prefix + "a")),
            self.watch(key=coded(self.prefix), range_end=last),
            self.watch(key=coded(self.prefix), range_end=last, start_revision=first),
            self.watch(key=coded(self.prefix), start_revision=first + 1_000_000),
        ]
        self.put(self.prefix + "a", "2")
        self.put(self.prefix + "b", "1")
        self.assert_grown(prefix, before, dict(zip(names, (4, 4, 0, 1 + 2 + 3, 0))))
        for stream in streams:
            stream.kill()
            stream.communicate()
        self.assert_grown(prefix, before, dict(zip(names, (0, 0, 0, 6, 0))))

    def test_leases(self):
        prefix = "etcd_debugging_lease_"
        expired = "etcd_debugging_server_lease_expired"
        before, expired_before = self.scraped(prefix), self.scraped(expired)
        leases = [self.post("/v3/lease/grant", {"TTL": ttl}) for ttl in (1, 5, 100)]
        self.refused("/v3/lease/grant", {"TTL": 5, "ID": leases[0]["ID"]})
        self.post("/v3/lease/keepalive", {"ID": leases[2]["ID"]})
        self.post("/v3/lease/keepalive", {"ID": 12345})
        self.post("/v3/lease/revoke", {"ID": leases[2]["ID"]})
        self.refused("/v3/lease/revoke", {"ID": leases[2]["ID"]})
        self.assert_grown(prefix, before, {
            "granted_total": 3, "renewed_total": 1, "revoked_total": 3, "ttl_total_count": 3,
            "ttl_total_sum": sum(int(lease["TTL"]) for lease in leases),
            'ttl_total_bucket{le="1"}': 0, 'ttl_total_bucket{le="2"}': 1,
            'ttl_total_bucket{le="4"}': 1, 'ttl_total_bucket{le="8"}': 2,
            'ttl_total_bucket{le="64"}': 2, 'ttl_total_bucket{le="128"}': 3,
            'ttl_total_bucket{le="+Inf"}': 3})
        self.assert_grown(expired, expired_before, {"_total": 2})


if __name__ == "__main__":
    sys.exit(main())
