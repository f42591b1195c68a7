#!/usr/bin/python3
"""Attacks a running server in every way we could think of.

    hostile_test.py SERVER [--only ATTACK] [--list]

An attack may be answered or cut off. After each the server must be there, answer a write and a read
as quickly as ever, have let go of the attack's descriptors, and have its memory back.
"""

import argparse
import os
import shutil
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True  # the source tree stays clean

from hostile import connections, http1, http2, messages, watches, websocket  # noqa: E402
from hostile.target import IS_SANITIZED, MEGABYTE, Broken, Target, wait_for  # noqa: E402

# What must suffice for all answers under way.
FLAGS = [
    "--client-memory-bytes=200000000",
    "--client-answer-timeout=2s",
]
# What may stay: caches, data that the attack wrote, and as much as the answers under way had, which
# the allocator keeps for the next.
MEMORY_LEFT_MAX = 256 * MEGABYTE


class Scratch:
    """For attacks that start a server of their own."""

    def __init__(self, binary, root):
        self.binary, self._root = binary, root

    def directory(self, name):
        return os.path.join(self._root, name)


def run(attack, target, scratch):
    descriptors, memory = target.descriptors(), target.memory()
    attack(target, scratch)
    target.check_serves()
    wait_for(
        f"descriptors are closed; there were {descriptors}",
        lambda: target.descriptors() <= descriptors + 2,
        10,
    )
    if not IS_SANITIZED:
        wait_for(
            f"memory is given back; it was {memory >> 20} MB",
            lambda: target.memory() <= memory + MEMORY_LEFT_MAX,
            10,
        )


def main():
    attacks = [
        attack
        for family in (connections, http1, http2, messages, watches, websocket)
        for attack in family.ATTACKS
    ]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server")
    parser.add_argument("--only", action="append", metavar="ATTACK")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    if arguments.list:
        for attack in attacks:
            print(f"{attack.__name__:24} {attack.__doc__.splitlines()[0]}")
        return 0
    directory = tempfile.mkdtemp(prefix="hostile-")
    failed = []
    scratch = Scratch(arguments.server, directory)
    target = None
    for attack in attacks:
        if arguments.only and attack.__name__ not in arguments.only:
            continue
        print(f"{attack.__name__}: {attack.__doc__.splitlines()[0]}", flush=True)
        try:
            if target is None:
                place = scratch.directory(f"target-{attack.__name__}")
                target = Target(arguments.server, place, FLAGS)
            run(attack, target, scratch)
        except (Broken, OSError) as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-4:]).strip()
            print(f"  FAILED: {error!r}\n  {where}", flush=True)
            failed.append(attack.__name__)
            if target is not None:
                target.kill()
            target = None
    try:
        if target is not None and (status := target.stop()) != -15:
            raise Broken(f"the server ended with status {status}; {target.log_tail()}")
    except Broken as error:
        print(f"  FAILED at the end: {error}")
        failed.append("end")
    shutil.rmtree(directory, ignore_errors=True)
    if failed:
        print("again with: " + " ".join([*sys.argv[:2], *(f"--only {name}" for name in failed)]))
        return 1
    print("the server stands")
    return 0


if __name__ == "__main__":
    sys.exit(main())
