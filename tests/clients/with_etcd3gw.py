#!/usr/bin/python3 -B
"""python3-etcd3gw, OpenStack's client on the JSON gateway."""

import base64
import sys

from client_test import CLIENT_SECONDS, ClientTest, main, require_module

etcd3gw = require_module("etcd3gw.client")
exceptions = require_module("etcd3gw.exceptions")


def coded(text):
    return base64.b64encode(text.encode()).decode()


class GatewayTest(ClientTest):
    api_path = "/v3/"

    def setUp(self):
        self.client = etcd3gw.Etcd3Client(host="127.0.0.1", port=self.server.client_port,
                                          timeout=CLIENT_SECONDS, api_path=self.api_path)


class Keys(GatewayTest):
    def test_put_and_get(self):
        self.assertTrue(self.client.put(self.prefix, "value"))
        self.assertEqual(self.client.get(self.prefix), [b"value"])
        [(value, metadata)] = self.client.get(self.prefix, metadata=True)
        self.assertEqual(value, b"value")
        self.assertEqual((metadata["key"], metadata["version"]), (self.prefix.encode(), "1"))
        self.assertEqual(metadata["create_revision"], metadata["mod_revision"])

    def test_missing(self):
        self.assertEqual(self.client.get(self.prefix), [])

    def test_any_bytes(self):
        self.client.put(self.prefix, bytes(range(256)))
        self.assertEqual(self.client.get(self.prefix), [bytes(range(256))])

    def test_an_empty_value(self):
        self.client.put(self.prefix, "")
        self.assertEqual(self.client.get(self.prefix), [b""])

    def test_prefix(self):
        for key in "cab":
            self.client.put(self.prefix + key, key)
        self.assertEqual([v for v, _ in self.client.get_prefix(self.prefix)], [b"a", b"b", b"c"])
        by_age = self.client.get_prefix(self.prefix, sort_order="descend", sort_target="create")
        self.assertEqual([v for v, _ in by_age], [b"b", b"a", b"c"])

    def test_everything(self):
        self.client.put(self.prefix, "v")
        # The client encodes the end of the range twice, so it gets what comes before that.
        self.assertIsInstance(self.client.get_all(), list)

    def test_options_of_the_request(self):
        for key in "abc":
            self.client.put(self.prefix + key, key)
        end = coded(self.prefix + "z")
        found = self.client.get(self.prefix, range_end=end, limit=2)
        self.assertEqual(found, [b"a", b"b"])
        found = self.client.get(self.prefix, range_end=end, keys_only=True)
        self.assertEqual(found, [b"", b"", b""])
        self.assertEqual(self.client.get(self.prefix, range_end=end, count_only=True), [])

    def test_delete(self):
        self.client.put(self.prefix, "v")
        self.assertTrue(self.client.delete(self.prefix))
        self.assertFalse(self.client.delete(self.prefix))

    def test_delete_prefix(self):
        for key in "ab":
            self.client.put(self.prefix + key, key)
        self.assertTrue(self.client.delete_prefix(self.prefix))
        self.assertEqual(self.client.get_prefix(self.prefix), [])


class BetaPath(Keys):
    """What clients of etcd 3.3 ask for."""

    api_path = "/v3beta/"


class AlphaPath(Keys):
    """The client's own default, of etcd 3.2; etcd stopped serving it with 3.4."""

    api_path = "/v3alpha/"

    def setUp(self):
        if self.is_etcd:
            self.skipTest("etcd 3.4 does not serve /v3alpha")
        super().setUp()


class Swap(GatewayTest):
    def test_create_once(self):
        self.assertTrue(self.client.create(self.prefix, "first"))
        self.assertFalse(self.client.create(self.prefix, "second"))
        self.assertEqual(self.client.get(self.prefix), [b"first"])

    def test_replace(self):
        self.client.put(self.prefix, "one")
        self.assertFalse(self.client.replace(self.prefix, "none", "two"))
        self.assertTrue(self.client.replace(self.prefix, "one", "two"))
        self.assertEqual(self.client.get(self.prefix), [b"two"])

    def test_transaction(self):
        key = coded(self.prefix)
        transaction = {
            "compare": [{"key": key, "target": "VERSION", "result": "EQUAL", "version": "0"}],
            "success": [{"request_put": {"key": key, "value": coded("v")}},
                        {"request_range": {"key": key}}],
            "failure": [{"request_delete_range": {"key": key}}],
        }
        answer = self.client.transaction(transaction)
        self.assertTrue(answer["succeeded"])
        self.assertEqual(answer["responses"][1]["response_range"]["kvs"][0]["value"], coded("v"))
        answer = self.client.transaction(transaction)
        self.assertNotIn("succeeded", answer)
        self.assertEqual(answer["responses"][0]["response_delete_range"]["deleted"], "1")


class Watches(GatewayTest):
    def test_events(self):
        events, cancel = self.client.watch(self.prefix)
        self.client.put(self.prefix, "one")
        self.client.put(self.prefix, "two")
        self.client.delete(self.prefix)
        seen = [next(events) for _ in range(3)]
        cancel()
        self.assertEqual([e["kv"].get("value") for e in seen], [b"one", b"two", None])
        self.assertEqual([e.get("type") for e in seen], [None, None, "DELETE"])

    def test_prefix(self):
        events, cancel = self.client.watch_prefix(self.prefix)
        for key in "abc":
            self.client.put(self.prefix + key, key)
        self.assertEqual([next(events)["kv"]["key"].decode()[-1] for _ in range(3)], list("abc"))
        cancel()

    def test_once(self):
        revision = self.client.transaction({"success": [
            {"request_put": {"key": coded(self.prefix), "value": coded("v")}}]})
        revision = revision["header"]["revision"]
        event = self.client.watch_once(self.prefix, CLIENT_SECONDS, start_revision=revision)
        self.assertEqual(event["kv"]["value"], b"v")


class Leases(GatewayTest):
    def test_life(self):
        lease = self.client.lease(600)
        self.assertTrue(self.client.put(self.prefix, "v", lease))
        self.assertGreater(lease.ttl(), 590)
        self.assertEqual(lease.keys(), [self.prefix.encode()])
        self.assertEqual(lease.refresh(), 600)
        self.assertTrue(lease.revoke())
        self.assertEqual(self.client.get(self.prefix), [])

    def test_end(self):
        lease = self.client.lease(1)
        self.client.put(self.prefix, "v", lease)
        events, cancel = self.client.watch(self.prefix)
        self.assertEqual(next(events)["type"], "DELETE")
        cancel()


class Locks(GatewayTest):
    def test_one_at_a_time(self):
        with self.client.lock(self.prefix, ttl=60) as lock:
            self.assertTrue(lock.is_acquired())
            other = self.client.lock(self.prefix, ttl=60)
            self.assertFalse(other.acquire())
            self.assertFalse(other.is_acquired())
            self.assertEqual(lock.refresh(), 60)
            self.assertFalse(other.release())
        self.assertTrue(other.acquire())
        self.assertTrue(other.release())

    def test_of_the_server(self):
        """The Lock service, which the client has no method for."""
        taken = self.client.post(self.client.get_url("/lock/lock"),
                                 json={"name": coded(self.prefix)})
        self.client.post(self.client.get_url("/lock/unlock"), json={"key": taken["key"]})
        again = self.client.post(self.client.get_url("/lock/lock"),
                                 json={"name": coded(self.prefix)})
        self.assertNotEqual(again["key"], taken["key"])


class Server(GatewayTest):
    def test_status(self):
        status = self.client.status()
        self.assertEqual(status["version"], self.server_version())
        self.assertEqual(status["leader"], str(self.server.member_id))

    def test_members(self):
        [member] = self.client.members()
        self.assertEqual(member["ID"], str(self.server.member_id))
        self.assertEqual(member["clientURLs"], [f"http://127.0.0.1:{self.server.client_port}"])

    def test_errors(self):
        with self.assertRaises(exceptions.Etcd3Exception) as caught:
            self.client.put("", "no key")
        self.assertIn("etcdserver: key is not provided", str(caught.exception.detail_text))


if __name__ == "__main__":
    sys.exit(main())
