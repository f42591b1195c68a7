#!/usr/bin/python3 -B
"""Debian's etcdctl 3.4.23: the everyday commands with all their flags."""

import json
import os
import signal
import subprocess
import sys

from client_test import CLIENT_SECONDS, ClientTest, main, peer_program, run

ETCDCTL = peer_program("etcdctl")


class EtcdctlTest(ClientTest):
    def start(self, *args, stdin=b""):
        return run(self.command(*args), stdin, self.environment())

    def command(self, *args):
        endpoint = f"127.0.0.1:{self.server.client_port}"
        return [ETCDCTL, "--endpoints", endpoint, f"--command-timeout={CLIENT_SECONDS}s", *args]

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("ETCDCTL_")}
        return {**env, "ETCDCTL_API": "3"}

    def lasting(self, *args):
        """A command that goes on until it is interrupted."""
        process = subprocess.Popen(self.command(*args), env=self.environment(), text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def interrupt(self, process):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=CLIENT_SECONDS)

    def read(self, process, count):
        """The next lines it prints."""
        return [process.stdout.readline().rstrip("\n") for _ in range(count)]

    def ctl(self, *args, stdin=b""):
        """What the command prints."""
        done = self.start(*args, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def lines(self, *args, stdin=b""):
        return self.ctl(*args, stdin=stdin).splitlines()

    def json(self, *args):
        return json.loads(self.ctl(*args, "-w", "json"))

    def error(self, *args, stdin=b""):
        """What the command says when it fails."""
        done = self.start(*args, stdin=stdin)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr.decode().strip().splitlines()[-1]

    def put(self, key, value, *flags):
        """The revision of the put."""
        return self.json("put", key, value, *flags)["header"]["revision"]


class Put(EtcdctlTest):
    def test_put_and_get(self):
        key = self.prefix
        self.assertEqual(self.ctl("put", key, "value"), "OK\n")
        self.assertEqual(self.ctl("get", key), f"{key}\nvalue\n")

    def test_previous(self):
        key = self.prefix
        self.assertEqual(self.ctl("put", key, "one", "--prev-kv"), "OK\n")
        self.assertEqual(self.ctl("put", key, "two", "--prev-kv"), f"OK\n{key}\none\n")

    def test_value_from_standard_input(self):
        value = b"many\nlines\n" + bytes(range(256))
        self.ctl("put", self.prefix, stdin=value)
        self.assertEqual(self.start("get", self.prefix, "--print-value-only").stdout,
                         value + b"\n")

    def test_an_empty_value(self):
        self.ctl("put", self.prefix, "")
        self.assertEqual(self.ctl("get", self.prefix), f"{self.prefix}\n\n")

    def test_touch(self):
        key = self.prefix
        before = self.put(key, "kept")
        after = self.json("put", key, "--ignore-value", "--ignore-lease")["header"]["revision"]
        self.assertEqual(after, before + 1)
        kv = self.json("get", key)["kvs"][0]
        self.assertEqual((kv["mod_revision"], kv["version"]), (after, 2))
        self.assertEqual(self.lines("get", key), [key, "kept"])
        self.assertIn("etcdserver: key not found",
                      self.error("put", key + "missing", "--ignore-value"))

    def test_a_lease_that_does_not_exist(self):
        self.assertIn("etcdserver: requested lease not found",
                      self.error("put", self.prefix, "v", "--lease=7b"))
        self.assertEqual(self.ctl("get", self.prefix), "")

    def test_no_key(self):
        self.assertIn("etcdserver: key is not provided", self.error("put", "", "v"))

    def test_size_limit(self):
        self.ctl("put", self.prefix, stdin=b"v" * 1_500_000)
        self.assertEqual(len(self.start("get", self.prefix, "--print-value-only").stdout),
                         1_500_001)
        self.assertIn("etcdserver: request is too large",
                      self.error("put", self.prefix, stdin=b"v" * 1_600_000))


class Get(EtcdctlTest):
    """Keys a, b, c, created in the order b, c, a; b changed twice, a once."""

    def setUp(self):
        p = self.prefix
        self.first = self.put(p + "b", "5")
        for key, value in (("c", "1"), ("a", "4"), ("b", "3"), ("a", "9"), ("b", "6")):
            self.last = self.put(p + key, value)

    def keys(self, *flags):
        """The last letters of the keys found under the prefix."""
        lines = self.lines("get", "--prefix", "--keys-only", self.prefix, *flags)
        return "".join(line[-1] for line in lines if line)

    def test_prefix(self):
        p = self.prefix
        self.assertEqual(self.lines("get", p, "--prefix"), [p + "a", "9", p + "b", "6", p + "c",
                                                            "1"])
        self.assertEqual(self.lines("get", p + "x", "--prefix"), [])

    def test_range(self):
        p = self.prefix
        self.assertEqual(self.lines("get", p + "a", p + "c"), [p + "a", "9", p + "b", "6"])
        self.assertEqual(self.lines("get", p + "b", p + "a"), [])

    def test_from_key(self):
        p = self.prefix
        self.assertEqual(self.lines("get", p + "b", "--from-key", "--limit=2"),
                         [p + "b", "6", p + "c", "1"])

    def test_limit_says_that_there_is_more(self):
        answer = self.json("get", self.prefix, "--prefix", "--limit=2")
        self.assertEqual((len(answer["kvs"]), answer["count"], answer["more"]), (2, 3, True))
        answer = self.json("get", self.prefix, "--prefix", "--limit=3")
        self.assertEqual((len(answer["kvs"]), answer["count"]), (3, 3))
        self.assertNotIn("more", answer)

    def test_order(self):
        self.assertEqual(self.keys(), "abc")
        self.assertEqual(self.keys("--order=ASCEND"), "abc")
        self.assertEqual(self.keys("--order=DESCEND"), "cba")

    def test_sort(self):
        for target, ascending in (("KEY", "abc"), ("CREATE", "bca"), ("MODIFY", "cab"),
                                  ("VERSION", "cab")):
            self.assertEqual(self.keys("--sort-by", target), ascending, target)
            self.assertEqual(self.keys("--sort-by", target, "--order=DESCEND"), ascending[::-1])
        values = self.lines("get", self.prefix, "--prefix", "--print-value-only",
                            "--sort-by=VALUE", "--order=DESCEND")
        self.assertEqual(values, ["9", "6", "1"])
        self.assertEqual(self.keys("--sort-by=CREATE", "--limit=1"), "b")

    def test_values_only(self):
        self.assertEqual(self.ctl("get", self.prefix + "a", "--print-value-only"), "9\n")

    def test_old_revisions(self):
        b = self.prefix + "b"
        self.assertEqual(self.lines("get", b, f"--rev={self.first}"), [b, "5"])
        self.assertEqual(self.lines("get", b, f"--rev={self.last - 1}"), [b, "3"])
        self.assertEqual(self.lines("get", b, f"--rev={self.last}"), [b, "6"])
        self.assertIn("etcdserver: mvcc: required revision is a future revision",
                      self.error("get", b, f"--rev={self.last + 1000}"))

    def test_consistency(self):
        b = self.prefix + "b"
        for consistency in ("l", "s"):
            self.assertEqual(self.lines("get", b, "--consistency", consistency), [b, "6"])

    def test_hex(self):
        self.ctl("put", self.prefix + "b", "\x01é")
        self.assertEqual(self.lines("get", self.prefix + "b", "--hex", "--print-value-only"),
                         [r"\x01\xc3\xa9"])

    def test_formats(self):
        b = self.prefix + "b"
        fields = self.lines("get", b, "-w", "fields")
        self.assertIn(f'"Key" : "{b}"', fields)
        self.assertIn(f'"CreateRevision" : {self.first}', fields)
        self.assertIn(f'"ModRevision" : {self.last}', fields)
        self.assertIn('"Version" : 3', fields)
        self.assertIn('"Count" : 1', fields)
        header = self.json("get", b)["header"]
        self.assertEqual(header["cluster_id"], self.server.cluster_id)
        self.assertEqual(header["member_id"], self.server.member_id)


class Delete(EtcdctlTest):
    def setUp(self):
        for key in ("a", "b", "c"):
            self.ctl("put", self.prefix + key, "v" + key)

    def test_one(self):
        self.assertEqual(self.ctl("del", self.prefix + "a"), "1\n")
        self.assertEqual(self.ctl("del", self.prefix + "a"), "0\n")
        self.assertEqual(self.ctl("get", self.prefix + "a"), "")

    def test_prefix_with_what_was_there(self):
        p = self.prefix
        self.assertEqual(self.lines("del", p, "--prefix", "--prev-kv"),
                         ["3", p + "a", "va", p + "b", "vb", p + "c", "vc"])
        self.assertEqual(self.ctl("get", p, "--prefix"), "")

    def test_range(self):
        self.assertEqual(self.ctl("del", self.prefix + "b", self.prefix + "z"), "2\n")
        self.assertEqual(self.lines("get", self.prefix, "--prefix", "--keys-only"),
                         [self.prefix + "a", ""])

    def test_from_key(self):
        for key in ("~~~1", "~~~2"):  # behind all keys of other cases
            self.ctl("put", key, "v")
        self.assertEqual(self.ctl("del", "~~~", "--from-key"), "2\n")

    def test_a_deleted_key_begins_anew(self):
        a = self.prefix + "a"
        self.ctl("put", a, "again")
        self.ctl("del", a)
        revision = self.put(a, "anew")
        kv = self.json("get", a)["kvs"][0]
        self.assertEqual((kv["create_revision"], kv["mod_revision"], kv["version"]),
                         (revision, revision, 1))


class Txn(EtcdctlTest):
    def txn(self, compares, then, otherwise):
        text = "\n".join([*compares, "", *then, "", *otherwise, "", ""])
        return self.lines("txn", stdin=text.encode())

    def test_either_side(self):
        key = self.prefix + "key"
        self.ctl("put", key, "old")
        swap = (f'value("{key}") = "old"',), (f'put {key} new', f'get {key}'), (f'get {key}',)
        self.assertEqual(self.txn(*swap), ["SUCCESS", "", "OK", "", key, "new"])
        self.assertEqual(self.txn(*swap), ["FAILURE", "", key, "new"])

    def test_every_target(self):
        key = self.prefix + "key"
        self.ctl("put", key, "one")
        revision = self.put(key, "two")
        holds = (f'create("{key}") < "{revision}"', f'mod("{key}") = "{revision}"',
                 f'version("{key}") = "2"', f'value("{key}") > "one"', f'value("{key}") != "x"',
                 f'create("{key}none") = "0"')
        self.assertEqual(self.txn(holds, (), ()), ["SUCCESS"])
        for wrong in (f'version("{key}") > "2"', f'mod("{key}") < "{revision}"'):
            self.assertEqual(self.txn((*holds, wrong), (), ()), ["FAILURE"], wrong)

    def test_is_one_revision(self):
        p = self.prefix
        self.ctl("put", p + "gone", "v")
        self.txn((), (f"put {p}a 1", f"put {p}b 2", f"del {p}gone"), ())
        kvs = self.json("get", p, "--prefix")["kvs"]
        self.assertEqual(len(kvs), 2)
        self.assertEqual(kvs[0]["mod_revision"], kvs[1]["mod_revision"])

    def test_the_same_key_twice(self):
        text = f"\nput {self.prefix}k 1\nput {self.prefix}k 2\n\n\n"
        self.assertIn("etcdserver: duplicate key given in txn request",
                      self.error("txn", stdin=text.encode()))


class Compaction(EtcdctlTest):
    def test_history_goes(self):
        key = self.prefix
        first = self.put(key, "one")
        second = self.put(key, "two")
        last = self.put(key, "three")
        self.assertEqual(self.ctl("compaction", str(second)), f"compacted revision {second}\n")
        self.assertIn("etcdserver: mvcc: required revision has been compacted",
                      self.error("get", key, f"--rev={first}"))
        self.assertEqual(self.lines("get", key, f"--rev={second}"), [key, "two"])
        self.assertIn("required revision has been compacted",
                      self.error("compaction", str(second)))
        self.assertIn("required revision is a future revision",
                      self.error("compaction", str(last + 1000)))
        self.assertEqual(self.ctl("compaction", "--physical", str(last)),
                         f"compacted revision {last}\n")
        self.assertEqual(self.lines("get", key), [key, "three"])


class Watches(EtcdctlTest):
    def test_past_and_present(self):
        key = self.prefix
        first = self.put(key, "one")
        self.put(key, "two")
        process = self.lasting("watch", key, f"--rev={first}")
        self.assertEqual(self.read(process, 6), ["PUT", key, "one", "PUT", key, "two"])
        self.ctl("del", key)
        self.assertEqual(self.read(process, 3), ["DELETE", key, ""])
        self.interrupt(process)

    def test_prefix_with_previous_values(self):
        p = self.prefix
        first = self.put(p + "a", "one")
        self.put(p + "a", "two")
        self.ctl("del", p + "a")
        process = self.lasting("watch", p, "--prefix", "--prev-kv", f"--rev={first + 1}")
        self.assertEqual(self.read(process, 10), ["PUT", p + "a", "one", p + "a", "two",
                                                  "DELETE", p + "a", "two", p + "a", ""])
        self.interrupt(process)

    def test_json(self):
        first = self.put(self.prefix, "one")
        process = self.lasting("watch", self.prefix, f"--rev={first}", "-w", "json")
        answer = json.loads(self.read(process, 1)[0])
        self.assertEqual(answer["Events"][0]["kv"]["mod_revision"], first)
        self.interrupt(process)

    def test_compacted(self):
        first = self.put(self.prefix, "one")
        last = self.put(self.prefix, "two")
        self.ctl("compaction", str(last))
        self.assertIn("required revision has been compacted",
                      self.start("watch", self.prefix, f"--rev={first}").stderr.decode())


class Leases(EtcdctlTest):
    def grant(self, ttl=600):
        return self.lines("lease", "grant", str(ttl))[0].split()[1]

    def test_life(self):
        lease = self.grant()
        self.ctl("put", self.prefix, "v", f"--lease={lease}")
        answer = self.json("lease", "timetolive", lease, "--keys")
        self.assertEqual((answer["granted-ttl"], len(answer["keys"])), (600, 1))
        self.assertIn(lease, self.ctl("lease", "list"))
        self.assertEqual(self.ctl("lease", "keep-alive", "--once", lease),
                         f"lease {lease} keepalived with TTL(600)\n")
        self.assertEqual(self.ctl("lease", "revoke", lease), f"lease {lease} revoked\n")
        self.assertEqual(self.ctl("get", self.prefix), "")
        self.assertEqual(self.ctl("lease", "timetolive", lease), f"lease {lease} already expired\n")
        self.assertIn("requested lease not found", self.error("lease", "revoke", lease))

    def test_keep_alive(self):
        lease = self.grant(2)
        process = self.lasting("lease", "keep-alive", lease)
        line = f"lease {lease} keepalived with TTL(2)"
        self.assertEqual(self.read(process, 3), [line] * 3)
        self.ctl("lease", "revoke", lease)
        output, _ = process.communicate(timeout=CLIENT_SECONDS)
        self.assertTrue(output.endswith(f"lease {lease} expired or revoked.\n"), output)


class Locks(EtcdctlTest):
    def test_two(self):
        name = self.prefix + "lock"
        first = self.lasting("lock", name)
        [key] = self.read(first, 1)
        self.assertTrue(key.startswith(name + "/"))
        second = self.lasting("lock", name)
        while len(self.lines("get", name + "/", "--prefix", "--keys-only")) < 4:
            pass
        self.interrupt(first)
        [other] = self.read(second, 1)
        self.assertNotEqual(other, key)
        self.interrupt(second)
        self.assertEqual(self.ctl("get", name + "/", "--prefix"), "")

    def test_around_a_command(self):
        self.assertEqual(self.ctl("lock", self.prefix, "echo", "held"), "held\n")


class Elections(EtcdctlTest):
    def test_two(self):
        name = self.prefix + "election"
        first = self.lasting("elect", name, "one")
        [key, value] = self.read(first, 2)
        self.assertTrue(key.startswith(name + "/"))
        self.assertEqual(value, "one")
        listener = self.lasting("elect", "-l", name)
        self.assertEqual(self.read(listener, 2), [key, "one"])
        second = self.lasting("elect", name, "two")
        while len(self.lines("get", name + "/", "--prefix", "--keys-only")) < 4:
            pass
        self.interrupt(first)
        [key, value] = self.read(second, 2)
        self.assertEqual(value, "two")
        self.assertEqual(self.read(listener, 2), [key, "two"])
        self.interrupt(listener)
        self.interrupt(second)


class Members(EtcdctlTest):
    def test_a_learner_comes_and_goes(self):
        url, other = "http://127.0.0.1:1", "http://127.0.0.1:2"
        added = self.lines("member", "add", "new", "--learner", f"--peer-urls={url}")[0].split()
        self.assertEqual(added[0], "Member")
        member = added[1]
        self.assertIn(f"{member}, unstarted, , {url}, , true", self.lines("member", "list"))
        self.assertIn("can only promote a learner member which is in sync with leader",
                      self.error("member", "promote", member))
        self.assertIn("too many learner members",
                      self.error("member", "add", "x", "--learner", f"--peer-urls={other}"))
        self.ctl("member", "update", member, f"--peer-urls={other}")
        self.assertIn(other, self.ctl("member", "list"))
        self.ctl("member", "remove", member)
        self.assertEqual(len(self.lines("member", "list")), 1)
        self.assertIn("member not found", self.error("member", "remove", member))

    def test_the_only_one_stays(self):
        self.assertIn("not enough started members",
                      self.error("member", "remove", f"{self.server.member_id:x}"))


class Cluster(EtcdctlTest):
    def test_status(self):
        self.ctl("put", self.prefix, "v")
        [entry] = self.json("endpoint", "status")
        status = entry["Status"]
        self.assertEqual(entry["Endpoint"], f"127.0.0.1:{self.server.client_port}")
        self.assertEqual(status["version"], self.server_version())
        self.assertEqual(status["leader"], self.server.member_id)
        self.assertEqual(status["header"]["member_id"], self.server.member_id)
        self.assertGreater(status["dbSize"], 0)
        self.assertGreater(status["raftTerm"], 1)
        self.assertGreaterEqual(status["raftIndex"], status["raftAppliedIndex"])
        before = status["raftAppliedIndex"]
        self.ctl("put", self.prefix, "v")
        [entry] = self.json("endpoint", "status")
        self.assertEqual(entry["Status"]["raftAppliedIndex"], before + 1)

    def test_health(self):
        done = self.start("endpoint", "health")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"is healthy: successfully committed proposal", done.stdout + done.stderr)

    def test_whole_cluster(self):
        [entry] = self.json("endpoint", "status", "--cluster")
        self.assertEqual(entry["Endpoint"], f"http://127.0.0.1:{self.server.client_port}")

    def test_members(self):
        member = f"{self.server.member_id:x}"
        self.assertEqual(self.ctl("member", "list"), ", ".join((
            member, "started", "conformance", f"http://127.0.0.1:{self.server.peer_port}",
            f"http://127.0.0.1:{self.server.client_port}", "false")) + "\n")
        answer = self.json("member", "list")
        self.assertEqual(answer["header"]["cluster_id"], self.server.cluster_id)
        self.assertEqual([m["name"] for m in answer["members"]], ["conformance"])


if __name__ == "__main__":
    sys.exit(main())
