#!/usr/bin/env python3
"""Runs the same command lines with etcdctl and with quoratectl against real etcd servers and
compares what they print and how they end.

    compare.py --quoratectl PROGRAM CASES...          QUORATE_PEERS=DIR in the environment

Every file of cases is played twice, each time on a fresh server with the same name, ports and
token, so that ids, revisions and terms come out the same: first with etcdctl, then with
quoratectl. Exit status 77 (skipped) when QUORATE_PEERS names no etcd.

A file of cases, line by line:

    # a remark                     (first column; blank lines are remarks too)
    server FLAG...                 more flags for etcd; at the top
    members 3                      as many servers instead of one; at the top
    tls                            the servers speak TLS only; at the top
    $ get foo -w json              a command line, in the quoting of the shell. {endpoint} (the
                                   first one), {endpoints}, {dir} and captured names are replaced
      | some text                  a line for its standard input; `| text \\` has no line end
      env NAME=VALUE               a variable for it; `env -NAME` takes one away
      no-endpoints                 --endpoints is not added
      await N                      wait until N lines have come out of it
      run WORDS...                 meanwhile run this command line to its end, with etcdctl
      poll REGEX WORDS...          run this one with etcdctl until its stdout matches
      type TEXT                    a further line for its standard input, which is open till then
      signal NAME                  send it SIGNAME
      capture NAME REGEX           remember what the first group matched in its stdout; its
                                   hexadecimal and decimal forms are masked from then on
      mask REGEX                   what it matches is not compared, in either output
      drop REGEX                   what it matches is left out of either output: what 3.4 has not
      sort                         compare the lines in sorted order
      accept WHAT REASON...        stdout, stderr or status differ, and why that is right. It is
                                   an error if they do not.

Compared are stdout as it is, the exit status, and stderr without log lines, hints of ours, usage
texts and repetitions: etcdctl 3.4 says errors of usage twice, and prints the usage to stdout where
3.7 uses stderr.
"""

import argparse
import os
import random
import re
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
PATIENCE = 60  # seconds; a command that takes longer is stuck
STUCK = "stuck"  # the status of such a command
NOISE = (b"cannot reach ", b"stty: ")  # lines of stderr that are not compared


def peer_program(name):
    peers = os.environ.get("QUORATE_PEERS", "")
    for folder in ("usr/bin", "bin"):
        path = os.path.join(peers, folder, name)
        if peers and os.access(path, os.X_OK):
            return path
    return None


def free_port():
    """Below the range from which the system takes ports for outgoing connections."""
    while True:
        port = random.randrange(10_000, 20_000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Case:
    def __init__(self, where, line):
        self.where = where
        self.line = line
        self.stdin = b""
        self.env = {}
        self.has_endpoints = True
        self.steps = []
        self.captures = []
        self.masks = []
        self.drops = []
        self.is_sorted = False
        self.accepted = {}


class Script:
    def __init__(self, path):
        self.path = path
        self.server_flags = []
        self.members = 1
        self.has_tls = False
        self.cases = []
        with open(path, encoding="utf-8", errors="surrogateescape") as lines:
            for number, line in enumerate(lines, 1):
                self.read(f"{os.path.basename(path)}:{number}", line.rstrip("\n"))

    def read(self, where, line):
        word, _, rest = line.strip().partition(" ")
        if not word or line.startswith("#"):
            return
        if line.startswith("$"):
            self.cases.append(Case(where, rest))
            return
        if not line.startswith(" "):
            if word == "server":
                self.server_flags += shlex.split(rest)
            elif word == "members":
                self.members = int(rest)
            elif word == "tls":
                self.has_tls = True
            else:
                sys.exit(f"{where}: what is {word}?")
            return
        self.read_detail(where, self.cases[-1], word, rest, line)

    def read_detail(self, where, case, word, rest, line):
        if word == "|":
            text = line.split("|", 1)[1][1:]
            end = "" if text.endswith("\\") else "\n"
            text = text[:-1] if not end else text
            case.stdin += (text + end).encode("utf-8", "surrogateescape")
        elif word == "env":
            name, _, value = rest.partition("=")
            case.env[name] = value
        elif word == "no-endpoints":
            case.has_endpoints = False
        elif word in ("await", "run", "poll", "type", "signal"):
            case.steps.append((word, rest))
        elif word == "capture":
            name, regex = rest.split(" ", 1)
            case.captures.append((name, re.compile(regex)))
        elif word == "mask":
            case.masks.append(re.compile(rest.encode("utf-8")))
        elif word == "drop":
            case.drops.append(re.compile(rest.encode("utf-8")))
        elif word == "sort":
            case.is_sorted = True
        elif word == "accept":
            what, _, reason = rest.partition(" ")
            if what not in ("stdout", "stderr", "status") or not reason:
                sys.exit(f"{where}: accept WHAT REASON")
            case.accepted[what] = reason
        else:
            sys.exit(f"{where}: what is {word}?")


class Cluster:
    """Fresh servers on given ports."""

    def __init__(self, etcd, script, ports, certs):
        self.dir = tempfile.mkdtemp(prefix="quorate-compare-")
        self.processes = []
        self.scheme = "https" if script.has_tls else "http"
        self.endpoints = [f"127.0.0.1:{client}" for client, _ in ports]
        names = [f"m{i + 1}" for i in range(len(ports))]
        initial = ",".join(f"{n}=http://127.0.0.1:{p}" for n, (_, p) in zip(names, ports))
        for name, (client, peer) in zip(names, ports):
            flags = [
                etcd, "--name=" + name, "--data-dir=" + os.path.join(self.dir, name),
                f"--listen-client-urls={self.scheme}://127.0.0.1:{client}",
                f"--advertise-client-urls={self.scheme}://127.0.0.1:{client}",
                f"--listen-peer-urls=http://127.0.0.1:{peer}",
                f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
                "--initial-cluster=" + initial, "--logger=zap"]
            if script.has_tls:
                flags += [f"--cert-file={certs}/server.crt", f"--key-file={certs}/server.key",
                          f"--trusted-ca-file={certs}/ca.crt", "--client-cert-auth"]
            log = open(os.path.join(self.dir, name + ".log"), "w")
            self.processes.append(subprocess.Popen(flags + script.server_flags, stdout=log,
                                                   stderr=log, stdin=subprocess.DEVNULL))

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()
        shutil.rmtree(self.dir)


class Outcome:
    def __init__(self, stdout, stderr, status):
        self.stdout = stdout
        self.stderr = stderr
        self.status = status


class Player:
    """Plays a script with one program."""

    def __init__(self, program, cluster, certs):
        self.program = program
        self.cluster = cluster
        self.names = {
            "endpoint": cluster.endpoints[0], "endpoints": ",".join(cluster.endpoints),
            "dir": tempfile.mkdtemp(prefix="quorate-compare-"), "certs": certs}
        self.masks = []  # what was captured, as bytes

    def wait_until_ready(self):
        deadline = time.monotonic() + PATIENCE
        for endpoint in self.cluster.endpoints:
            host, port = endpoint.split(":")
            while True:
                try:
                    socket.create_connection((host, int(port)), 1).close()
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        sys.exit("etcd does not start")
        tls = []
        if self.cluster.scheme == "https":
            certs = self.names["certs"]
            tls = [f"--cacert={certs}/ca.crt", f"--cert={certs}/user.crt",
                   f"--key={certs}/user.key"]
        for endpoint in self.cluster.endpoints:
            while True:
                done = subprocess.run(
                    [peer_program("etcdctl"), "--endpoints", self.cluster.scheme + "://" + endpoint,
                     *tls, "get", "x"], capture_output=True, check=False)
                if done.returncode == 0:
                    break
                if time.monotonic() > deadline:
                    sys.exit("etcd does not answer: " + done.stderr.decode())

    def words(self, case):
        words = [self.named(word) for word in shlex.split(case.line)]
        if case.has_endpoints:
            words = ["--endpoints=" + self.names["endpoint"]] + words
        # Arguments may hold any bytes but zero: \xNN stands for one.
        return [re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]),
                       word.encode("utf-8", "surrogateescape")) for word in words]

    def named(self, text):
        return re.sub(r"\{(\w+)\}", lambda m: self.names.get(m[1], m[0]), text)

    def environment(self, case):
        env = {k: v for k, v in os.environ.items() if not k.startswith("ETCDCTL_")}
        for name, value in case.env.items():
            if name.startswith("-"):
                env.pop(name[1:], None)
            else:
                env[name] = self.named(value)
        return env

    def play(self, case):
        process = subprocess.Popen(
            [self.program.encode()] + self.words(case), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(case),
            cwd=self.names["dir"])
        try:
            if case.steps:
                stdout, stderr = Interaction(self, process, case).play()
            else:
                stdout, stderr = process.communicate(case.stdin, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Outcome(b"(stuck)", b"", STUCK)
        for name, regex in case.captures:
            self.capture(name, regex, stdout.decode("utf-8", "replace"))
        return Outcome(stdout, stderr, process.returncode)

    def capture(self, name, regex, text):
        match = regex.search(text)
        if not match:
            return
        value = match[1]
        self.names[name] = value
        self.masks.append(value.encode())
        try:
            number = int(value, 16)
            self.masks.append(str(number).encode())
            self.masks.append(b"%x" % number)
        except ValueError:
            pass

    def close(self):
        shutil.rmtree(self.names["dir"])


class Interaction:
    """Goes through the steps of a case while its command runs."""

    def __init__(self, player, process, case):
        self.player = player
        self.process = process
        self.case = case
        self.seen = b""
        self.deadline = time.monotonic() + PATIENCE

    def play(self):
        self.write(self.case.stdin)
        for word, rest in self.case.steps:
            if word == "await":
                self.wait_for_lines(int(rest))
            elif word == "run":
                self.run(rest)
            elif word == "poll":
                regex, words = rest.split(" ", 1)
                while not re.search(regex, self.run(words)):
                    self.check_time()
            elif word == "type":
                self.write(rest.encode() + b"\n")
            elif word == "signal":
                self.process.send_signal(getattr(signal, "SIG" + rest))
                self.process.wait(PATIENCE)  # with its input still open
        rest, stderr = self.process.communicate(timeout=PATIENCE)
        return self.seen + rest, stderr

    def write(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def wait_for_lines(self, count):
        while self.seen.count(b"\n") < count:
            self.check_time()
            if select.select([self.process.stdout], [], [], 1)[0]:
                text = os.read(self.process.stdout.fileno(), 65536)
                if not text:
                    return
                self.seen += text

    def run(self, line):
        words = [self.player.named(word) for word in shlex.split(line)]
        done = subprocess.run(
            [peer_program("etcdctl"), "--endpoints=" + self.player.names["endpoint"], *words],
            stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE)
        return done.stdout.decode("utf-8", "replace")

    def check_time(self):
        if time.monotonic() > self.deadline:
            raise subprocess.TimeoutExpired(self.case.line, PATIENCE)


def without_noise(stderr):
    """What of stderr is compared."""
    lines = []
    in_usage = False
    for line in stderr.split(b"\n"):
        if line.startswith(b"Usage:") or line.startswith(b"NAME:"):
            in_usage = True
        if line.startswith((b"Error:", b"Run '")):
            in_usage = False
        is_log = re.match(rb'\{"level":|\d{4}-\d\d-\d\d[ T]', line)
        if in_usage or is_log or not line or line.startswith(NOISE):
            continue
        if line not in lines:
            lines.append(line)
    return b"\n".join(lines)


def shown(value):
    text = repr(value)
    return text if len(text) < 1000 else text[:1000] + "..."


def normalise(outcome, case, player, other_names):
    def mask(text):
        for value in player.masks:
            if len(value) < 16:  # an id with a leading zero, in as many columns as another
                text = text.replace(b" " + value.rjust(16), b" <captured>")
            text = text.replace(value, b"<captured>")
        for regex in case.masks:
            text = regex.sub(b"<masked>", text)
        for regex in case.drops:
            text = regex.sub(b"", text)
        for name in other_names:
            text = text.replace(name, b"<dir>")
        return b"\n".join(sorted(text.split(b"\n"))) if case.is_sorted else text

    is_usage = outcome.status != 0 and outcome.stdout.startswith(b"NAME:\n")
    stdout = b"" if is_usage else outcome.stdout
    return Outcome(mask(stdout), mask(without_noise(outcome.stderr)), outcome.status)


def play_all(program, etcd, script, ports, certs):
    cluster = Cluster(etcd, script, ports, certs)
    player = Player(program, cluster, certs)
    try:
        player.wait_until_ready()
        outcomes = []
        for case in script.cases:
            outcome = player.play(case)
            outcomes.append(normalise(outcome, case, player, [player.names["dir"].encode()]))
        return outcomes
    finally:
        cluster.stop()
        player.close()


def compare(case, theirs, ours):
    """The lines that say what is wrong."""
    problems = []
    if theirs.status == STUCK:
        problems.append("  etcdctl is stuck: the case waits for what does not come")
    for what in ("stdout", "stderr", "status"):
        a, b = getattr(theirs, what), getattr(ours, what)
        if a == b and what in case.accepted:
            problems.append(f"  {what} no longer differs: drop `accept {what}`")
        elif a != b and what not in case.accepted:
            problems.append(f"  {what}:\n    etcdctl:    {shown(a)}\n    quoratectl: {shown(b)}")
    return problems


def make_certificates(folder):
    """An authority, a certificate for 127.0.0.1 and one for a user."""

    def run(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=folder)

    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=ca", "-days", "1")
    for name in ("server", "user"):
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name)
        with open(os.path.join(folder, "ext"), "w", encoding="ascii") as extensions:
            extensions.write("subjectAltName=IP:127.0.0.1,DNS:localhost\n"
                             "extendedKeyUsage=serverAuth,clientAuth\n")
        run("x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", name + ".crt", "-days", "1", "-extfile", "ext")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quoratectl", required=True)
    parser.add_argument("--server", help="instead of etcd: both programs must find it the same")
    parser.add_argument("--verbose", action="store_true", help="also show what agrees")
    parser.add_argument("cases", nargs="+")
    args = parser.parse_args()
    etcd, etcdctl = args.server or peer_program("etcd"), peer_program("etcdctl")
    if not etcd or not etcdctl:
        print("SKIPPED: QUORATE_PEERS names no directory with an etcd and etcdctl in it")
        return SKIPPED
    work = tempfile.mkdtemp(prefix="quorate-compare-")
    # Called by the same name, both say the same name.
    ours = os.path.join(work, "etcdctl")
    os.symlink(os.path.abspath(args.quoratectl), ours)
    failed = total = accepted = 0
    try:
        for path in args.cases:
            script = Script(path)
            if script.has_tls:
                make_certificates(work)
            ports = [(free_port(), free_port()) for _ in range(script.members)]
            expected = play_all(etcdctl, etcd, script, ports, work)
            actual = play_all(ours, etcd, script, ports, work)
            for case, theirs, mine in zip(script.cases, expected, actual):
                total += 1
                accepted += bool(case.accepted)
                problems = compare(case, theirs, mine)
                failed += bool(problems)
                if problems or args.verbose:
                    print(f"{case.where}: {case.line}")
                    print("\n".join(problems) if problems else f"  {shown(theirs.stdout)}")
    finally:
        shutil.rmtree(work)
    print(f"{total} command lines, {failed} differ, {accepted} with accepted differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
