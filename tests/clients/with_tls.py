#!/usr/bin/python3 -B
"""The same clients over TLS, with a certificate of their own and without one."""

import os
import shutil
import sys

from client_test import (CLIENT_SECONDS, ClientTest, main, peer_program, require_module, run,
                         skip)

etcd3 = require_module("etcd3")
etcd3gw = require_module("etcd3gw.client")
CURL = shutil.which("curl") or skip("no curl")
ETCDCTL = peer_program("etcdctl")


class TlsTest(ClientTest):
    def file(self, name):
        return os.path.join(self.certificates, name)

    def url(self, path=""):
        return f"https://127.0.0.1:{self.server.client_port}{path}"


class Etcdctl(TlsTest):
    def ctl(self, *args, identifies=True, endpoint=None):
        env = {k: v for k, v in os.environ.items() if not k.startswith("ETCDCTL_")}
        env["ETCDCTL_API"] = "3"
        identity = ["--cert", self.file("user.crt"), "--key", self.file("user.key")]
        patience = f"--command-timeout={CLIENT_SECONDS}s"
        return run([ETCDCTL, "--endpoints", endpoint or self.url(), patience, "--cacert",
                    self.file("ca.crt"), *(identity if identifies else []), *args], env=env)

    def test_put_and_get(self):
        done = self.ctl("put", self.prefix, "v")
        self.assertEqual((done.returncode, done.stdout), (0, b"OK\n"), done.stderr)
        self.assertEqual(self.ctl("get", self.prefix, "--print-value-only").stdout, b"v\n")

    def test_without_scheme(self):
        done = self.ctl("put", self.prefix, "v",
                        endpoint=f"127.0.0.1:{self.server.client_port}")
        self.assertEqual((done.returncode, done.stdout), (0, b"OK\n"), done.stderr)

    def test_no_certificate(self):
        done = self.ctl("--command-timeout=1s", "--dial-timeout=1s", "put", self.prefix, "v",
                        identifies=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.ctl("get", self.prefix).stdout, b"")


class Etcd3(TlsTest):
    def test_put_and_get(self):
        client = etcd3.client(host="127.0.0.1", port=self.server.client_port,
                              timeout=CLIENT_SECONDS, ca_cert=self.file("ca.crt"),
                              cert_cert=self.file("user.crt"), cert_key=self.file("user.key"))
        self.addCleanup(client.close)
        client.put(self.prefix, "v")
        self.assertEqual(client.get(self.prefix)[0], b"v")

    def test_no_certificate(self):
        client = etcd3.client(host="127.0.0.1", port=self.server.client_port,
                              timeout=CLIENT_SECONDS, ca_cert=self.file("ca.crt"))
        self.addCleanup(client.close)
        with self.assertRaises(etcd3.exceptions.ConnectionFailedError):
            client.get(self.prefix)


class Etcd3gw(TlsTest):
    def test_put_and_get(self):
        client = etcd3gw.Etcd3Client(
            host="127.0.0.1", port=self.server.client_port, protocol="https", api_path="/v3/",
            ca_cert=self.file("ca.crt"), cert_cert=self.file("user.crt"),
            cert_key=self.file("user.key"), timeout=CLIENT_SECONDS)
        client.session.trust_env = False  # REQUESTS_CA_BUNDLE would win over ca_cert
        client.put(self.prefix, "v")
        self.assertEqual(client.get(self.prefix), [b"v"])


class Curl(TlsTest):
    def curl(self, *args):
        return run([CURL, "-s", "-S", "--cacert", self.file("ca.crt"), "--cert",
                    self.file("user.crt"), "--key", self.file("user.key"), *args])

    def test_both_versions_of_http(self):
        for version in ("1.1", "2"):
            done = self.curl(f"--http{version}", self.url("/health"), "-w", " %{http_version}")
            self.assertIn(b'"health":"true"', done.stdout, done.stderr)
            self.assertEqual(done.stdout.split()[-1].decode(), version)

    def test_gateway(self):
        for version in ("1.1", "2"):
            done = self.curl(f"--http{version}", self.url("/v3/kv/range"), "-d",
                             '{"key":"YQ=="}')
            self.assertIn(b'"header"', done.stdout, done.stderr)

    def test_no_certificate(self):
        done = run([CURL, "-s", "-S", "--cacert", self.file("ca.crt"), self.url("/health")])
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, b"")

    def test_no_tls(self):
        done = run([CURL, "-s", "-S", self.url("/health").replace("https", "http")])
        self.assertNotIn(b'"health"', done.stdout)


if __name__ == "__main__":
    sys.exit(main(with_tls=True))
