#!/usr/bin/env python3
"""Writes the expectations of printer_golden_test: what a real etcdctl prints for given answers.

    QUORATE_PEERS=DIR tests/ctl/record_golden.py > tests/golden/ctl/etcdctl.golden

The commands are played once for every form of output, each time on a fresh server with the same
name and ports, so that the answers are the same. The protobuf form is the answer itself.
"""

import os
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compare  # pylint: disable=wrong-import-position

# The type of the answer, and the command; an empty type is not recorded.
COMMANDS = [
    ("PutResponse", "put foo bar"),
    ("PutResponse", "put foo bar2 --prev-kv"),
    ("PutResponse", "put --prev-kv foo 'v with \"quotes\" & <tags> é€😀'"),
    ("", "put a 1"), ("", "put ab 12"), ("", "put b ''"), ("", "put b 2"),
    ("RangeResponse", "get foo"),
    ("RangeResponse", "get nosuchkey"),
    ("RangeResponse", "get a --prefix"),
    ("RangeResponse", "get a --from-key --limit=2"),
    ("RangeResponse", "get foo --rev=2"),
    ("RangeResponse", "get a c --keys-only"),
    ("DeleteRangeResponse", "del nosuchkey"),
    ("DeleteRangeResponse", "del a --prefix --prev-kv"),
    ("DeleteRangeResponse", "del b"),
    ("TxnResponse", "txn | mod(\"foo\") > \"0\"\n\n"
                    "put r 1\nget foo\nget nosuchkey\ndel b --prev-kv\n\n\n"),
    ("TxnResponse", "txn | mod(\"foo\") = \"0\"\n\n\nput r 2 --prev-kv\n\n"),
    ("TxnResponse", "txn | \n\n\n"),
    ("MemberListResponse", "member list"),
    ("AuthUserAddResponse", "user add root:r"),
    ("AuthUserAddResponse", "user add u1:p"),
    ("AuthRoleAddResponse", "role add r1"),
    ("AuthRoleAddResponse", "role add r2"),
    ("AuthRoleGrantPermissionResponse", "role grant-permission r1 read foo"),
    ("", "role grant-permission r1 readwrite p/ --prefix"),
    ("", "role grant-permission r1 write q --from-key"),
    ("", "role grant-permission r1 write a c"),
    ("AuthRoleGetResponse", "role get r1"),
    ("AuthRoleGetResponse", "role get r2"),
    ("AuthRoleListResponse", "role list"),
    ("AuthUserGrantRoleResponse", "user grant-role u1 r1"),
    ("AuthUserGetResponse", "user get u1"),
    ("AuthUserGetResponse", "user get root"),
    ("AuthUserListResponse", "user list"),
    ("AuthUserRevokeRoleResponse", "user revoke-role u1 r1"),
    ("AuthRoleDeleteResponse", "role delete r2"),
    ("AuthUserDeleteResponse", "user delete u1"),
]
FORMS = ["protobuf", "simple", "json", "fields", "simple --hex"]


def play(form, ports):
    etcdctl = compare.peer_program("etcdctl")
    script = compare.Script(os.devnull)
    cluster = compare.Cluster(compare.peer_program("etcd"), script, ports, "")
    player = compare.Player(etcdctl, cluster, "")
    try:
        player.wait_until_ready()
        outputs = []
        for _, line in COMMANDS:
            words, _, stdin = line.partition(" | ")
            done = subprocess.run(
                [etcdctl, "--endpoints", cluster.endpoints[0], "-w", *form.split(),
                 *shlex.split(words)], input=stdin.encode(), capture_output=True, check=False)
            outputs.append(done.stdout if done.returncode == 0 else None)
        return outputs
    finally:
        cluster.stop()
        player.close()


def main():
    if not compare.peer_program("etcdctl"):
        sys.exit("QUORATE_PEERS names no directory with an etcdctl in it")
    ports = [(compare.free_port(), compare.free_port())]
    outputs = {form: play(form, ports) for form in FORMS}
    print("# What etcdctl 3.4.23 prints for the answer given in protobuf. See record_golden.py.")
    for index, (kind, line) in enumerate(COMMANDS):
        if not kind:
            continue
        print(f"\n$ {line.splitlines()[0]}\ntype {kind}")
        if outputs["protobuf"][index] is None:
            sys.exit("etcdctl failed: " + line)
        print("protobuf " + outputs["protobuf"][index].hex())
        for form in FORMS[1:]:
            output = outputs[form][index]
            if output is None:
                print("refused " + form)
                continue
            print("form " + form)
            for text in output.decode().split("\n")[:-1]:
                print("| " + text)


main()
