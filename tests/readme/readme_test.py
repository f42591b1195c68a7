#!/usr/bin/python3 -B
"""Runs the commands of README.md, in order, in one shell in a directory of its own, and compares
what they print with what the README says they print.

    readme_test.py --source DIR --build DIR --program PATH...

In the README, `sh` blocks are commands that have to succeed; `console` blocks have commands behind
"$ " (and "> ", where they go on), each followed by its exact output. Lines "..." stand for any
lines. What differs from run to run is masked (MASKS). Ports are replaced by free ones.
"""

import argparse
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "conformance"))

from harness.servers import free_ports  # noqa: E402

SKIPPED = 77
PATIENCE = 60  # seconds

# Not run; that they exist is checked.
NOT_RUN = {
    "scripts/test": "builds everything and runs this test among others",
    "scripts/check": "calls scripts/test",
    "scripts/format": "changes the sources",
    "scripts/bench": "takes minutes, and its figures differ",
    "build/test/": "many seeds and rounds take hours; scripts/test runs each with a few",
}
# Run as something else.
START = "quorate 2>>quorate.log & server=$!"
STAND_INS = {
    "scripts/run": START,  # the program under test instead of a fresh optimised build
    "scripts/wal-dump": "quorate-wal-dump",  # likewise
    "systemctl start quorate": START,
    "systemctl stop quorate": "kill $server; wait $server || true",
}
MASKS = [
    (r"\b[0-9a-f]{15,16}\b|\b[0-9]{15,20}\b", "ID"),
    (r"^[0-9]{8}\.wal [0-9]+ entry crc=ok term=[0-9]+ index=[0-9]+ bytes=[0-9]+", "ENTRY"),
    (r"\b[0-9.]+(µs|ms|s)\b", "TIME"),
    (r"\b[0-9]+ [kM]B\b", "SIZE"),
    (r"\b[0-9]+, [0-9]+, [0-9]+, , , , false$", "TERM AND INDICES"),
    (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "WHEN"),
]
# The table is written behind, so what sqlite3 finds may be a moment old.
MAY_LAG = re.compile(r"^sqlite3 ")

PORT = re.compile(r"\b2[3-5](?:79|80)\b")
LISTENS = re.compile(r"listen-client-urls\W+https?://\S*?:(\d+)")

# Adds the addresses, and more, to command lines that rely on the default ones.
SHIM = """#!/bin/sh
case " $* " in
  *" {flag}"* | *" --config-file"*) exec {program} "$@" ;;
  *) exec {program} {defaults} "$@" ;;
esac
"""


class Failure(Exception):
    """What is wrong, with the README's line."""


class Step:
    """A command, or a block of them, and its output; None: only its success matters."""

    def __init__(self, line, text, output):
        self.line = line
        self.text = text
        self.output = output


def blocks_of(readme):
    """Yields (first line number, kind, lines) of each fenced block."""
    kind, start, lines = None, 0, []
    for number, line in enumerate(readme.splitlines(), 1):
        if kind is None and line.startswith("```"):
            kind, start, lines = line[3:], number + 1, []
        elif kind is not None and line == "```":
            yield start, kind, lines
            kind = None
        elif kind is not None:
            lines.append(line)
    if kind is not None:
        raise Failure(f"README.md:{start}: a block without end")


def steps_of(readme):
    steps = []
    for start, kind, lines in blocks_of(readme):
        if kind in ("bash", "shell", ""):
            raise Failure(f"README.md:{start}: say sh, console, or which other language it is")
        if kind == "sh":
            steps.append(Step(start, "\n".join(lines), None))
        if kind != "console":
            continue
        if not lines[0].startswith("$ "):
            raise Failure(f"README.md:{start}: begins with no command")
        for number, line in enumerate(lines, start):
            if line.startswith("$ "):
                steps.append(Step(number, line[2:], []))
            elif (line + " ").startswith("> ") and not steps[-1].output:
                steps[-1].text += "\n" + line[2:]
            else:
                steps[-1].output.append(line)
    return steps


def masked(text):
    for pattern, name in MASKS:
        text = re.sub(pattern, name, text)
    return re.sub(r"[ \t]+", " ", text)  # columns are as wide as what was masked


def agrees(expected, actual):
    """Whether the lines agree; "..." stands for any number of lines."""
    pattern = "".join("(?:.*\n)*" if line == "..." else re.escape(line) + "\n"
                      for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


class Shell:
    """One bash that keeps variables and background jobs from one step to the next."""

    def __init__(self, directory, path):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("ETCD_", "ETCDCTL_"))}
        environment.update(PATH=path + ":" + os.environ["PATH"], LC_ALL="C.UTF-8")
        self._file = os.path.join(directory, ".step")
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=directory, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def run(self, text, ends_on_failure):
        """Returns the status and the lines of output."""
        with open(self._file, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        before, after = ("set -e; ", "; set +e") if ends_on_failure else ("", "")
        self._process.stdin.write(
            f'{before}. ./.step </dev/null; status=$?{after}; echo; echo "[end] $status"\n')
        self._process.stdin.flush()
        lines = []
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                return None, lines
            if line is None:
                return self._process.wait(), lines
            if line.startswith("[end] "):
                return int(line[6:]), lines[:-1] if lines[-1] == "" else lines
            lines.append(line)

    def close(self):
        """Ends it and the servers it started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


class Readme:
    def __init__(self, args, directory):
        self.source, self.build = args.source, args.build
        self.directory = directory
        with open(os.path.join(args.source, "README.md"), encoding="utf-8") as file:
            self.text = file.read()
        names = sorted(set(PORT.findall(self.text)) | {"2379", "2380"})
        self.ports = dict(zip(names, map(str, free_ports(len(names)))))
        self.path = os.path.join(directory, "bin")
        os.mkdir(self.path)
        self.add_programs(args.program)

    def add_programs(self, programs):
        client, peer = (f"http://localhost:{self.ports[port]}" for port in ("2379", "2380"))
        endpoint = ("--endpoints", " ".join((
            f"--endpoints=127.0.0.1:{self.ports['2379']}",
            f"--command-timeout={PATIENCE}s")))  # the machine may be busy
        defaults = {
            "quorate": ("--listen-client-urls", " ".join((
                f"--listen-client-urls={client} --advertise-client-urls={client}",
                f"--listen-peer-urls={peer} --initial-advertise-peer-urls={peer}",
                f"--initial-cluster=default={peer}"))),
            "quoratectl": endpoint,
            "etcdctl": endpoint,
        }
        for program in programs:
            name = os.path.basename(program)
            path = os.path.join(self.path, name)
            if name not in defaults:
                os.symlink(os.path.abspath(program), path)
                continue
            flag, flags = defaults[name]
            with open(path, "w", encoding="utf-8") as file:
                file.write(SHIM.format(flag=flag, program=os.path.abspath(program),
                                       defaults=flags))
            os.chmod(path, 0o755)

    def with_ports(self, text):
        return PORT.sub(lambda match: self.ports[match[0]], text)

    def check_not_run(self, step, line):
        word = line.split()[0]
        base = (os.path.join(self.build, word[len("build/test/"):])
                if word.startswith("build/test/") else os.path.join(self.source, word))
        if not os.access(base, os.X_OK):
            raise Failure(f"README.md:{step.line}: there is no program {word}")

    def command(self, step):
        """What is run for a step."""
        lines = []
        for line in step.text.splitlines():
            if line.startswith(tuple(NOT_RUN)):
                self.check_not_run(step, line)
                continue
            for name, stand_in in STAND_INS.items():
                if line.startswith(name):
                    line = stand_in + line.partition("#")[0][len(name):]
            lines.append(self.with_ports(line))
        return "\n".join(lines)

    def wait_for_server(self, command):
        """A block that started a server is done when that listens."""
        if not re.search(r" &( server=\$!)?\s*$", command, re.MULTILINE):
            return
        listening = LISTENS.search(command)
        port = int(listening[1] if listening else self.ports["2379"])
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise Failure("the server does not listen") from None

    def run_step(self, shell, step):
        command = self.command(step)
        if not command.strip():
            return
        deadline = time.monotonic() + PATIENCE
        while True:
            status, lines = shell.run(command, ends_on_failure=step.output is None)
            actual = [masked(line) for line in lines]
            if step.output is None:
                is_right = status == 0
            else:
                expected = [masked(self.with_ports(line)) for line in step.output]
                fails = any(line.startswith("Error: ") for line in expected)
                is_right = (status != 0) == fails and agrees(expected, actual)
            if is_right:
                return self.wait_for_server(command)
            if not MAY_LAG.match(command) or time.monotonic() > deadline:
                raise Failure("\n".join([
                    f"README.md:{step.line}: {command}", f"status {status}, and it printed:",
                    *lines, "" if step.output is None else "instead of:", *(step.output or [])]))

    def run(self):
        steps = steps_of(self.text)
        directory = os.path.join(self.directory, "work")
        os.mkdir(directory)
        shell = Shell(directory, self.path)
        try:
            for step in steps:
                self.run_step(shell, step)
        except Failure:
            log = os.path.join(directory, "quorate.log")
            if os.path.exists(log):
                with open(log, encoding="utf-8") as file:
                    print("the server's log ends:\n" + "".join(file.readlines()[-10:]))
            raise
        finally:
            shell.close()
        return len(steps)


def etcdctl():
    peers = os.environ.get("QUORATE_PEERS", "")
    for folder in ("usr/bin", "bin"):
        path = os.path.join(peers, folder, "etcdctl")
        if peers and os.access(path, os.X_OK):
            return path
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True, metavar="DIR")
    parser.add_argument("--build", required=True, metavar="DIR")
    parser.add_argument("--program", action="append", required=True, metavar="PATH")
    args = parser.parse_args()
    missing = [name for name in ("curl", "openssl", "sqlite3") if not shutil.which(name)]
    if not etcdctl():
        missing.append("etcdctl (in the directory QUORATE_PEERS)")
    if missing:
        print("skipped: no " + ", ".join(missing))
        return SKIPPED
    args.program.append(etcdctl())
    with tempfile.TemporaryDirectory(prefix="quorate-readme-") as directory:
        try:
            print(Readme(args, directory).run(), "steps of README.md do what it says")
        except Failure as failure:
            print(failure)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
