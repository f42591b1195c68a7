"""The server under attack: one member, its memory and its file descriptors."""

import json
import os
import resource
import socket
import ssl
import subprocess
import time

READY_SECONDS = 60
# What a request may take on a machine that is busy with an attack.
ANSWER_SECONDS = 20
MEGABYTE = 1 << 20
# A sanitizer's build keeps freed memory aside for a while, and is slow.
IS_SANITIZED = "QUORATE_SANITIZED" in os.environ


class Broken(Exception):
    """The server did what it must not do."""


def wait_for(what, is_met, seconds):
    """Looks again and again until it is so."""
    deadline = time.monotonic() + seconds * (4 if IS_SANITIZED else 1)
    while not is_met():
        if time.monotonic() > deadline:
            raise Broken(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def make_certificate(directory):
    names = os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", names[0], "-keyout", names[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return names


class Target:
    """A running server. Deadlines are short, so that an attack's end can be awaited."""

    def __init__(self, binary, directory, flags=(), descriptors=None):
        os.makedirs(directory)
        self.port, self.tls_port, peer_port = (free_port() for _ in range(3))
        self.log_path = os.path.join(directory, "log")
        certificate, key = make_certificate(directory)
        urls = f"http://127.0.0.1:{self.port},https://127.0.0.1:{self.tls_port}"
        command = [
            binary,
            "--name=target",
            f"--data-dir={directory}/data",
            f"--listen-client-urls={urls}",
            f"--advertise-client-urls={urls}",
            f"--listen-peer-urls=http://127.0.0.1:{peer_port}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer_port}",
            f"--initial-cluster=target=http://127.0.0.1:{peer_port}",
            f"--cert-file={certificate}",
            f"--key-file={key}",
            "--client-handshake-timeout=3s",
            "--client-header-timeout=3s",
            "--client-body-timeout=3s",
            "--log-level=error",
            *flags,
        ]

        def limit_descriptors():
            if descriptors is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        environment = {k: v for k, v in os.environ.items() if not k.startswith("ETCD_")}
        with open(self.log_path, "wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                preexec_fn=limit_descriptors,
            )  # fmt: skip
        wait_for("the server answers", self._answers, READY_SECONDS)

    def _answers(self):
        self.check_alive()
        try:
            return b"not_decided" not in self.get("/version")[1]
        except OSError:
            return False

    # ---- What can be seen of the process

    def check_alive(self):
        status = self._process.poll()
        if status is not None:
            raise Broken(f"the server ended with status {status}; {self.log_tail()}")

    def log_tail(self):
        with open(self.log_path, errors="replace") as log:
            return "its log ends:\n" + "".join(log.readlines()[-40:])

    def memory(self):
        """Resident bytes."""
        return self._of_status("VmRSS:")

    def memory_peak(self):
        """The most it had since reset_memory_peak()."""
        return self._of_status("VmHWM:")

    def _of_status(self, name):
        with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
        self._process.wait()
        self.check_alive()
        raise Broken("the server has no memory")

    def reset_memory_peak(self):
        with open(f"/proc/{self._process.pid}/clear_refs", "w", encoding="ascii") as clear:
            clear.write("5")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self._process.pid}/fd"))

    # ---- What a client sees

    def connect(self, receive_buffer=None):
        """A connection; a small receive buffer makes the server feel sooner that nobody reads."""
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(ANSWER_SECONDS)
        client.connect(("127.0.0.1", self.port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def connect_tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.tls_port), timeout=ANSWER_SECONDS)
        return context.wrap_socket(plain)

    def ask(self, request):
        """Sends bytes and reads one HTTP/1.1 answer: (status, body)."""
        try:
            with self.connect() as client:
                client.sendall(request)
                return read_answer(client)
        except OSError:
            time.sleep(0.1)  # a process that has just died takes a moment to be dead
            self.check_alive()
            raise

    def get(self, path):
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    def post(self, path, message):
        body = json.dumps(message).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        return self.ask(head.encode() + body)

    def check_serves(self):
        """A write and a read, as quickly as ever."""
        self.check_alive()
        begun = time.monotonic()
        status, body = self.post("/v3/kv/put", {"key": "YWxpdmU=", "value": "eWVz"})
        if status != 200:
            raise Broken(f"a put is answered with {status} {body[:200]}")
        status, body = self.post("/v3/kv/range", {"key": "YWxpdmU="})
        if status != 200 or json.loads(body)["kvs"][0]["value"] != "eWVz":
            raise Broken(f"a range is answered with {status} {body[:200]}")
        took = time.monotonic() - begun
        if took > (10 if IS_SANITIZED else 5):
            raise Broken(f"a put and a range took {took:.2f} s")

    def stop(self):
        """The exit status after SIGTERM; negative numbers are signals."""
        self._process.terminate()
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise Broken(f"the server does not stop; {self.log_tail()}") from None

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def read_answer(client):
    """One HTTP/1.1 answer that says its length; the body may be cut by the server's closing."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(1 << 16)
        if not piece:
            raise ConnectionError(f"no answer, only {data[:100]!r}")
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, value = line.split(b": ", 1)
        if name == b"Content-Length":
            length = int(value)
    while len(body) < length:
        piece = client.recv(1 << 16)
        if not piece:
            break
        body += piece
    return int(head.split(b" ")[1]), body


def is_closed(client, seconds=ANSWER_SECONDS):
    """Whether the server closes the connection in time; what it sends before is thrown away."""
    client.settimeout(seconds)
    try:
        while client.recv(1 << 16):
            pass
    except socket.timeout:
        return False
    except OSError:
        pass
    return True


def expect_closed(client, what, seconds=ANSWER_SECONDS):
    if not is_closed(client, seconds):
        raise Broken(f"{what}: the connection stays open")


def push(client, piece, bytes_max, seconds=3):
    """Sends the piece again and again, never reading, until the server takes no more.

    Returns how many bytes it took."""
    client.settimeout(0.25)
    sent = 0
    deadline = time.monotonic() + seconds
    try:
        while sent < bytes_max and time.monotonic() < deadline:
            sent += client.send(piece)
    except OSError:
        pass  # it blocks, or was closed
    return sent
