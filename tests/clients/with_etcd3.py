#!/usr/bin/python3 -B
"""python3-etcd3, a client on Google's gRPC: keys, transactions, watches, leases, locks."""

import sys
import threading

from client_test import CLIENT_SECONDS, ClientTest, main, require_module

etcd3 = require_module("etcd3")


class Etcd3Test(ClientTest):
    def setUp(self):
        self.client = self.connect()

    def connect(self):
        client = etcd3.client(host="127.0.0.1", port=self.server.client_port,
                              timeout=CLIENT_SECONDS)
        self.addCleanup(client.close)
        return client


class Keys(Etcd3Test):
    def test_put_and_get(self):
        self.client.put(self.prefix + "a", "value")
        value, metadata = self.client.get(self.prefix + "a")
        self.assertEqual(value, b"value")
        self.assertEqual(metadata.key, (self.prefix + "a").encode())
        self.assertEqual(metadata.version, 1)
        self.assertEqual(metadata.create_revision, metadata.mod_revision)
        self.assertEqual(metadata.response_header.cluster_id, self.server.cluster_id)

    def test_missing(self):
        self.assertEqual(self.client.get(self.prefix + "none"), (None, None))

    def test_any_bytes(self):
        key, value = self.prefix.encode() + bytes(range(256)), bytes(range(255, -1, -1)) * 100
        self.client.put(key, value)
        self.assertEqual(self.client.get(key)[0], value)

    def test_previous_value(self):
        self.client.put(self.prefix, "one")
        answer = self.client.put(self.prefix, "two", prev_kv=True)
        self.assertEqual(answer.prev_kv.value, b"one")

    def test_serializable(self):
        self.client.put(self.prefix, "v")
        self.assertEqual(self.client.get(self.prefix, serializable=True)[0], b"v")

    def test_prefix(self):
        for i in range(25):
            self.client.put(f"{self.prefix}{i:02}", str(i))
        found = [(m.key.decode(), int(v)) for v, m in self.client.get_prefix(self.prefix)]
        self.assertEqual(found, [(f"{self.prefix}{i:02}", i) for i in range(25)])
        descending = self.client.get_prefix(self.prefix, sort_order="descend", sort_target="mod")
        self.assertEqual([int(v) for v, _ in descending], list(range(24, -1, -1)))
        keys_only = list(self.client.get_prefix(self.prefix, keys_only=True))
        self.assertEqual({v for v, _ in keys_only}, {b""})
        self.assertEqual(self.client.get_prefix_response(self.prefix).count, 25)

    def test_range(self):
        for key in "abcd":
            self.client.put(self.prefix + key, key)
        found = self.client.get_range(self.prefix + "b", self.prefix + "d")
        self.assertEqual([v for v, _ in found], [b"b", b"c"])

    def test_everything(self):
        self.client.put(self.prefix, "v")
        self.assertIn(self.prefix.encode(), [m.key for _, m in self.client.get_all()])

    def test_delete(self):
        self.client.put(self.prefix + "a", "v")
        self.assertTrue(self.client.delete(self.prefix + "a"))
        self.assertFalse(self.client.delete(self.prefix + "a"))

    def test_delete_says_what_was_there(self):
        self.client.put(self.prefix, "v")
        answer = self.client.delete(self.prefix, prev_kv=True, return_response=True)
        self.assertEqual([kv.value for kv in answer.prev_kvs], [b"v"])

    def test_delete_prefix(self):
        for i in range(5):
            self.client.put(f"{self.prefix}{i}", "v")
        self.assertEqual(self.client.delete_prefix(self.prefix).deleted, 5)
        self.assertEqual(list(self.client.get_prefix(self.prefix)), [])


class Swap(Etcd3Test):
    def test_create_once(self):
        self.assertTrue(self.client.put_if_not_exists(self.prefix, "first"))
        self.assertFalse(self.client.put_if_not_exists(self.prefix, "second"))
        self.assertEqual(self.client.get(self.prefix)[0], b"first")

    def test_replace(self):
        self.client.put(self.prefix, "one")
        self.assertFalse(self.client.replace(self.prefix, "none", "two"))
        self.assertTrue(self.client.replace(self.prefix, "one", "two"))
        self.assertEqual(self.client.get(self.prefix)[0], b"two")

    def test_counters(self):
        """Many count on the same key; not one is lost or counted twice."""
        threads, rounds = 8, 25
        self.client.put(self.prefix, "0")
        clients = [self.connect() for _ in range(threads)]

        def count(client):
            for _ in range(rounds):
                while True:
                    old = client.get(self.prefix)[0]
                    if client.replace(self.prefix, old, str(int(old) + 1)):
                        break

        running = [threading.Thread(target=count, args=(client,)) for client in clients]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        value, metadata = self.client.get(self.prefix)
        self.assertEqual(int(value), threads * rounds)
        self.assertEqual(metadata.version, threads * rounds + 1)


class Transactions(Etcd3Test):
    def test_both_sides(self):
        t, a, b = self.client.transactions, self.prefix + "a", self.prefix + "b"
        self.client.put(a, "1")
        swap = dict(compare=[t.value(a) == "1", t.version(b) == 0],
                    success=[t.put(a, "2"), t.put(b, "new"), t.get(a)],
                    failure=[t.get(a), t.get(b)])
        done, answers = self.client.transaction(**swap)
        self.assertTrue(done)
        self.assertEqual([v for v, _ in answers[2]], [b"2"])
        done, answers = self.client.transaction(**swap)
        self.assertFalse(done)
        self.assertEqual([[v for v, _ in answer] for answer in answers], [[b"2"], [b"new"]])

    def test_one_revision(self):
        t, p = self.client.transactions, self.prefix
        self.client.put(p + "old", "v")
        self.client.transaction([], [t.put(p + "a", "1"), t.put(p + "b", "2"),
                                     t.delete(p + "old")], [])
        found = list(self.client.get_prefix(p))
        self.assertEqual([v for v, _ in found], [b"1", b"2"])
        self.assertEqual(len({m.mod_revision for _, m in found}), 1)

    def test_nested(self):
        t, p = self.client.transactions, self.prefix
        inner = t.txn([t.version(p + "x") == 0], [t.put(p + "x", "inner")], [])
        done, _ = self.client.transaction([], [t.put(p + "y", "outer"), inner], [])
        self.assertTrue(done)
        self.assertEqual([v for v, _ in self.client.get_prefix(p)], [b"inner", b"outer"])

    def test_compare_a_range(self):
        t, p = self.client.transactions, self.prefix
        for key, value in (("a", "1"), ("b", "1")):
            self.client.put(p + key, value)
        everything = t.value(p, p[:-1] + "0") == "1"
        self.assertTrue(self.client.transaction([everything], [], [])[0])
        self.client.put(p + "b", "2")
        self.assertFalse(self.client.transaction([everything], [], [])[0])


class Watches(Etcd3Test):
    def test_events(self):
        events, cancel = self.client.watch(self.prefix)
        self.client.put(self.prefix, "one")
        self.client.put(self.prefix + "beside", "x")
        self.client.put(self.prefix, "two")
        self.client.delete(self.prefix)
        seen = [next(events) for _ in range(3)]
        cancel()
        self.assertEqual([type(e).__name__ for e in seen],
                         ["PutEvent", "PutEvent", "DeleteEvent"])
        self.assertEqual([e.value for e in seen], [b"one", b"two", b""])
        self.assertEqual([e.key for e in seen], [self.prefix.encode()] * 3)
        self.assertEqual([e.version for e in seen], [1, 2, 0])

    def test_prefix_and_previous_values(self):
        events, cancel = self.client.watch_prefix(self.prefix, prev_kv=True)
        self.client.put(self.prefix + "a", "1")
        self.client.put(self.prefix + "b", "2")
        self.client.delete_prefix(self.prefix)
        seen = [next(events) for _ in range(4)]
        cancel()
        self.assertEqual([e.prev_value for e in seen], [b"", b"", b"1", b"2"])

    def test_from_the_past(self):
        first = self.client.put(self.prefix, "0").header.revision
        for i in range(1, 5):
            self.client.put(self.prefix, str(i))
        events, cancel = self.client.watch(self.prefix, start_revision=first)
        self.assertEqual([next(events).value for _ in range(5)], [b"%d" % i for i in range(5)])
        cancel()

    def test_compacted(self):
        first = self.client.put(self.prefix, "one").header.revision
        last = self.client.put(self.prefix, "two").header.revision
        self.client.compact(last)
        events, cancel = self.client.watch(self.prefix, start_revision=first)
        with self.assertRaises(etcd3.exceptions.RevisionCompactedError) as caught:
            next(events)
        self.assertEqual(caught.exception.compacted_revision, last)
        cancel()

    def test_once(self):
        heard = []
        waiting = threading.Thread(
            target=lambda: heard.append(self.client.watch_once(self.prefix, CLIENT_SECONDS)))
        waiting.start()
        while waiting.is_alive():  # until the watch is there
            self.client.put(self.prefix, "v")
        self.assertEqual(heard[0].value, b"v")

    def test_many_on_one_stream(self):
        count = 50
        watches = [self.client.watch(f"{self.prefix}{i}") for i in range(count)]
        for i in range(count):
            self.client.put(f"{self.prefix}{i}", str(i))
        self.assertEqual([int(next(events).value) for events, _ in watches], list(range(count)))
        for _, cancel in watches:
            cancel()


class Leases(Etcd3Test):
    def test_life(self):
        lease = self.client.lease(600)
        self.client.put(self.prefix + "a", "v", lease=lease)
        self.client.put(self.prefix + "b", "v", lease=lease)
        self.assertEqual(lease.granted_ttl, 600)
        self.assertGreater(lease.remaining_ttl, 590)
        self.assertEqual(sorted(lease.keys),
                         [(self.prefix + key).encode() for key in "ab"])
        [renewed] = lease.refresh()
        self.assertEqual((renewed.ID, renewed.TTL), (lease.id, 600))
        lease.revoke()
        self.assertEqual(list(self.client.get_prefix(self.prefix)), [])

    def test_own_id(self):
        lease = self.client.lease(600, 0x1234)
        self.assertEqual(lease.id, 0x1234)
        with self.assertRaises(etcd3.exceptions.PreconditionFailedError):
            self.client.lease(600, 0x1234)
        lease.revoke()
        with self.assertRaisesRegex(Exception, "requested lease not found"):
            lease.revoke()

    def test_end(self):
        lease = self.client.lease(1)
        self.client.put(self.prefix, "v", lease=lease)
        events, cancel = self.client.watch(self.prefix)
        self.assertEqual(type(next(events)).__name__, "DeleteEvent")
        cancel()
        self.assertEqual(self.client.get(self.prefix), (None, None))


class Locks(Etcd3Test):
    """Held by one; the client's own waiting does not work with Debian's python3-tenacity."""

    def test_hold(self):
        with self.client.lock(self.prefix, ttl=60) as lock:
            self.assertTrue(lock.is_acquired())
            [renewed] = lock.refresh()
            self.assertEqual(renewed.TTL, 60)
            other = self.connect().lock(self.prefix, ttl=60)
            self.assertFalse(other.is_acquired())
            self.assertFalse(other.release())
        self.assertFalse(lock.is_acquired())
        self.assertTrue(other.acquire())
        self.assertTrue(other.release())

    def test_lost_with_its_lease(self):
        lock = self.client.lock(self.prefix, ttl=60)
        self.assertTrue(lock.acquire())
        lock.lease.revoke()
        self.assertFalse(lock.is_acquired())
        self.assertFalse(lock.release())


class Server(Etcd3Test):
    def test_status(self):
        status = self.client.status()
        self.assertEqual(status.version, self.server_version())
        self.assertGreater(status.db_size, 0)
        self.assertEqual(status.leader.id, self.server.member_id)
        self.assertEqual(status.leader.name, "conformance")

    def test_members(self):
        [member] = self.client.members
        self.assertEqual(member.id, self.server.member_id)
        self.assertEqual(list(member.peer_urls), [f"http://127.0.0.1:{self.server.peer_port}"])
        self.assertEqual(list(member.client_urls),
                         [f"http://127.0.0.1:{self.server.client_port}"])

    def test_compaction(self):
        revision = self.client.put(self.prefix, "one").header.revision
        self.client.put(self.prefix, "two")
        self.client.compact(revision, physical=True)
        with self.assertRaisesRegex(Exception, "required revision has been compacted"):
            self.client.compact(revision)
        self.assertEqual(self.client.get(self.prefix)[0], b"two")

    def test_many_at_once(self):
        """One connection with a hundred requests in flight."""
        stub = self.client.kvstub
        requests = [etcd3.etcdrpc.PutRequest(key=f"{self.prefix}{i:03}".encode(), value=b"v")
                    for i in range(100)]
        futures = [stub.Put.future(request, CLIENT_SECONDS) for request in requests]
        revisions = [future.result().header.revision for future in futures]
        self.assertEqual(len(set(revisions)), 100)
        self.assertEqual(self.client.get_prefix_response(self.prefix).count, 100)


if __name__ == "__main__":
    sys.exit(main())
