"""What the programs of real clients have in common: one fresh server, and a way to say which.

    with_CLIENT.py --server PROGRAM      any server with etcd's flags
    with_CLIENT.py --server etcd         the real one, out of QUORATE_PEERS: it proves the
                                         expectations

A program ends with 77 (skipped) when its client is not installed.
"""

import argparse
import importlib
import json
import os
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.request

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, folder) for folder in ("conformance", "ctl")]

from compare import make_certificates  # noqa: E402
from harness.servers import Server  # noqa: E402

SKIPPED = 77
CLIENT_SECONDS = 60  # a client that takes longer is stuck


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def require_module(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        skip(f"no Python module {name}")


def peer_program(name):
    """The path of one of etcd's own programs, in the directory that QUORATE_PEERS names."""
    peers = os.environ.get("QUORATE_PEERS", "")
    for folder in ("usr/bin", "bin"):
        path = os.path.join(peers, folder, name)
        if peers and os.access(path, os.X_OK):
            return path
    skip(f"no {name}; set QUORATE_PEERS to a directory with bin/{name} or usr/bin/{name}")


class ClientTest(unittest.TestCase):
    """Its cases share a server; each keeps to keys that begin with its name."""

    server = None
    certificates = None  # a directory with ca.crt, user.crt, user.key; None: no TLS

    @property
    def prefix(self):
        return "/".join(self.id().split(".")[-2:]) + "/"

    @property
    def is_etcd(self):
        return self.server.role == "etcd"

    def server_version(self):
        url = f"http://127.0.0.1:{self.server.client_port}/version"
        with urllib.request.urlopen(url, timeout=CLIENT_SECONDS) as answer:
            return json.load(answer)["etcdserver"]


def run(command, stdin=b"", env=None):
    """Runs a client to its end."""
    return subprocess.run(command, input=stdin, env=env, capture_output=True,
                          timeout=CLIENT_SECONDS, check=False)


def tls_in(directory):
    """Makes certificates; the flags for a server that demands them, and a client's context."""
    make_certificates(directory)

    def path(name):
        return os.path.join(directory, name)

    context = ssl.create_default_context(cafile=path("ca.crt"))
    context.load_cert_chain(path("user.crt"), path("user.key"))
    flags = ["--cert-file", path("server.crt"), "--key-file", path("server.key"),
             "--trusted-ca-file", path("ca.crt"), "--client-cert-auth"]
    return flags, context


def main(with_tls=False):
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True, metavar="PROGRAM")
    parser.add_argument("--only", metavar="WORD", help="cases with this in their names")
    args = parser.parse_args()
    is_etcd = args.server == "etcd"
    program = peer_program("etcd") if is_etcd else args.server
    loader = unittest.TestLoader()
    if args.only:
        loader.testNamePatterns = [f"*{args.only}*"]
    with tempfile.TemporaryDirectory(prefix="quorate-clients-") as directory:
        flags, context = tls_in(directory) if with_tls else ([], None)
        server = Server("etcd" if is_etcd else "quorate", program, flags,
                        os.path.join(directory, "server"), context)
        ClientTest.server = server
        ClientTest.certificates = directory if with_tls else None
        try:
            server.wait_until_ready()
            suite = loader.loadTestsFromModule(sys.modules["__main__"])
            result = unittest.TextTestRunner(verbosity=2).run(suite)
            server.check_alive("while the clients worked")
        finally:
            server.stop()
    return 0 if result.wasSuccessful() and result.testsRun else 1
