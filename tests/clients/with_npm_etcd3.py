#!/usr/bin/python3 -B
"""The npm package etcd3: keys, transactions, watches, leases, locks, elections.

It is not in Debian: `npm install --prefix DIRECTORY etcd3`, then NODE_PATH=DIRECTORY/node_modules.
"""

import os
import shutil
import sys

from client_test import ClientTest, main, run, skip

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "etcd3_programs.js")
NODE = shutil.which("node")

if NODE is None:
    skip("no node")
if run([NODE, "-e", "require('etcd3')"]).returncode != 0:
    skip("no npm package etcd3 where NODE_PATH points")


class Etcd3Package(ClientTest):
    def run_program(self, name):
        endpoint = f"127.0.0.1:{self.server.client_port}"
        done = run([NODE, PROGRAMS, name, endpoint, self.prefix])
        self.assertEqual(done.returncode, 0, done.stderr.decode())

    def test_keys(self):
        self.run_program("keys")

    def test_transaction(self):
        self.run_program("transaction")

    def test_transactional_memory(self):
        self.run_program("memory")

    def test_watch(self):
        self.run_program("watch")

    def test_watch_the_past(self):
        self.run_program("past")

    def test_lease(self):
        self.run_program("lease")

    def test_lock(self):
        self.run_program("lock")

    def test_election(self):
        self.run_program("election")


if __name__ == "__main__":
    sys.exit(main())
