"""Starts single-member servers with fresh data directories and stops them."""

import hashlib
import http.client
import os
import random
import socket
import subprocess
import time

READY_SECONDS = 20
STOP_SECONDS = 10
CLUSTER_TOKEN = "etcd-cluster"  # the default of --initial-cluster-token


class ServerFailed(Exception):
    """The process did not start, or ended on its own."""


def _first_8_bytes(data):
    return int.from_bytes(hashlib.sha1(data).digest()[:8], "big")


def free_ports(count):
    """Below the range from which the system takes ports for outgoing connections, so that no
    client gets one of them in the meantime."""
    ports = []
    while len(ports) < count:
        port = random.randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        ports.append(port)
    return ports


class Server:
    """One running member. The name is the role it plays in the comparison: etcd or quorate.

    With a TLS context, for clients, it listens with TLS; the flags say with which files.
    """

    def __init__(self, role, binary, flags, directory, tls=None):
        self.role = role
        self.tokens = {}  # of users who logged in, by name
        self._tls = tls
        self.client_port, self.peer_port = free_ports(2)
        client_url = f"{'https' if tls else 'http'}://127.0.0.1:{self.client_port}"
        peer_url = f"http://127.0.0.1:{self.peer_port}"
        # Ids follow from the peer URLs and the token, so they differ between the two servers, and
        # each must have exactly its own.
        self.member_id = _first_8_bytes((peer_url + CLUSTER_TOKEN).encode())
        self.cluster_id = _first_8_bytes(self.member_id.to_bytes(8, "big"))
        os.makedirs(directory)
        self.log_path = os.path.join(directory, "log")
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify_path = os.path.join(directory, "notify")
        self._notify.bind(notify_path)
        command = [
            binary,
            "--name=conformance",
            f"--data-dir={directory}/data",
            f"--listen-client-urls={client_url}",
            f"--advertise-client-urls={client_url}",
            f"--listen-peer-urls={peer_url}",
            f"--initial-advertise-peer-urls={peer_url}",
            f"--initial-cluster=conformance={peer_url}",
            *flags,
        ]
        # No ETCD_* variables from outside: they would be flags.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ETCD_")}
        environment["NOTIFY_SOCKET"] = notify_path
        with open(self.log_path, "wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )

    def wait_until_ready(self):
        """Waits for the datagram by which a service tells systemd that it serves."""
        self._notify.settimeout(0.5)
        for _ in range(2 * READY_SECONDS):
            try:
                if b"READY=1" in self._notify.recv(4096):
                    return self._wait_for_cluster_version()
            except socket.timeout:
                self.check_alive()
        raise ServerFailed(f"{self.role} was not ready within {READY_SECONDS} s; {self.log_tail()}")

    def _wait_for_cluster_version(self):
        """The last thing a new cluster agrees on, moments after it is ready."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            connection = self._connect()
            connection.request("GET", "/version")
            is_decided = b"not_decided" not in connection.getresponse().read()
            connection.close()
            if is_decided:
                return
        raise ServerFailed(f"{self.role} has no cluster version; {self.log_tail()}")

    def _connect(self):
        if self._tls:
            return http.client.HTTPSConnection("127.0.0.1", self.client_port, timeout=5,
                                               context=self._tls)
        return http.client.HTTPConnection("127.0.0.1", self.client_port, timeout=5)

    def check_alive(self, during="start"):
        status = self._process.poll()
        if status is not None:
            raise ServerFailed(
                f"{self.role} ended with status {status} ({during}); {self.log_tail()}"
            )

    def log_tail(self):
        with open(self.log_path, errors="replace") as log:
            return "its log ends:\n" + "".join(log.readlines()[-15:])

    def terminate(self):
        self._process.terminate()

    def stop(self):
        if self._process.poll() is None:
            self.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._notify.close()


class Pair:
    """Both servers, started with the same flags."""

    def __init__(self, etcd, quorate, flags, directory):
        self.servers = []
        for role, binary in (("etcd", etcd), ("quorate", quorate)):
            self.servers.append(Server(role, binary, flags, os.path.join(directory, role)))

    def __enter__(self):
        try:
            for server in self.servers:
                server.wait_until_ready()
        except ServerFailed:
            self.__exit__()
            raise
        return self.servers

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()
