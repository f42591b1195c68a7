#!/usr/bin/python3
"""Sends the same requests to etcd and to quorate and compares the answers field by field.

    run.py --etcd PATH --quorate PATH [--only THEME] [--verbose]

Each theme (a file in cases/) gets a fresh pair of servers and asks its steps in order, beside some
other themes; afterwards
the whole key space of both is compared, at all revisions. What must differ is normalised (see
harness/normalise.py), what differs on purpose is listed in differences.py.

With the same program on both sides (--same) nothing at all may differ.
"""

import argparse
import concurrent.futures
import importlib
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True  # the source tree stays clean
JOBS = 4  # themes at a time: most of one is waiting
SKIPPED = 77  # the test runner's status for a test that could not run

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    from harness import compare, key_space, messages, servers, steps
except ImportError as missing:
    print(f"skipped: {missing}; install python3-protobuf and python3-hpack")
    sys.exit(SKIPPED)

THEMES = [
    "kv_range",
    "kv_put",
    "kv_lease",
    "kv_delete",
    "kv_txn",
    "kv_compact",
    "maintenance",
    "alarms",
    "quota",
    "snapshot",
    "grpc_protocol",
    "http2_protocol",
    "gateway",
    "gateway_json",
    "gateway_lease",
    "lock",
    "election",
    "watch",
    "gateway_watch",
    "lease_keep_alive",
    "cluster",
    "auth",
    "gateway_auth",
    "http_endpoints",
    "http_protocol",
    "small_limits",
    "guarded_http",
    "peer_port",
]


class ThemeRun:
    """One theme's requests, counts and what there is to say."""

    def __init__(self, accepted, verbose):
        self.accepted, self.verbose = accepted, verbose
        self.requests = self.listed = self.unlisted = self.ended = 0
        self.lines = []

    def say(self, line):
        self.lines.append(line)

    def play(self, name, etcd, quorate, directory):
        cases = importlib.import_module(f"cases.{name}")
        flags = getattr(cases, "FLAGS", [])
        self.say(f"{name}: {cases.__doc__.splitlines()[0]}")
        try:
            with servers.Pair(etcd, quorate, flags, os.path.join(directory, name)) as pair:
                for step in cases.STEPS:
                    self._step(name, step, pair)
                revision = max(key_space.current_revision(server) for server in pair)
                for step in key_space.steps(revision):
                    self._step(name, step, pair)
        except servers.ServerFailed as failure:
            self.ended += 1
            self.say(f"ENDED in {name}: {failure}")
        return self

    def _step(self, theme, step, pair):
        answers = []
        for server in pair:
            try:
                answers.append(step.perform(server))
            except OSError as error:
                raise servers.ServerFailed(f"{server.role} takes no connection: {error}") from error
            server.check_alive(step.name)
        self.requests += 1
        case = f"{theme}/{step.name}"
        found = compare.differences(*answers, step.loose)
        if self.verbose:
            self.say(f"  {'differs' if found else 'same   '} {step.name}")
            self.say(f"          {steps.short(answers[0], 600)}")
        unlisted = [d for d in found if not self._is_accepted(case, d, answers)]
        self.listed += len(found) - len(unlisted)
        self.unlisted += len(unlisted)
        self._report(case, unlisted)

    def _is_accepted(self, case, difference, answers):
        path, *values = difference
        for accepted in self.accepted:
            if accepted.matches(case, path, values, answers):
                accepted.seen += 1
                return True
        return False

    def _report(self, case, unlisted):
        if unlisted:
            self.say(f"DIFFERENT {case}")
        shown = len(unlisted) if self.verbose else 6
        for path, theirs, ours in unlisted[:shown]:
            self.say(f"  {path}")
            for role, value in (("etcd", theirs), ("quorate", ours)):
                self.say(f"    {role + ':':8} {steps.short(repr(value), 300)}")
        if len(unlisted) > shown:
            self.say(f"  and {len(unlisted) - shown} more (--verbose)")


def report_stale(accepted):
    stale = [a for a in accepted if a.always and not a.seen]
    for a in stale:
        print(f"NO LONGER DIFFERENT case={a.case!r} path={a.path!r}: {a.reason}")
    return len(stale)


def find_etcd(given):
    """The path given, or in the directory that QUORATE_PEERS names."""
    if given:
        return given
    peers = os.environ.get("QUORATE_PEERS", "")
    for place in ("bin", "usr/bin"):
        path = os.path.join(peers, place, "etcd")
        if peers and os.access(path, os.X_OK):
            return path
    return None


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--etcd", help="default: etcd in $QUORATE_PEERS/bin or usr/bin")
    parser.add_argument("--quorate", required=True)
    parser.add_argument("--only", action="append", choices=THEMES, metavar="THEME")
    parser.add_argument("--verbose", action="store_true", help="names every request")
    parser.add_argument("--same", action="store_true", help="nothing may differ")
    parser.add_argument("--generated", metavar="DIR", help="where to put the generated messages")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    etcd = find_etcd(arguments.etcd)
    if etcd is None:
        print("skipped: no etcd; set QUORATE_PEERS to a directory with bin/etcd or usr/bin/etcd")
        return SKIPPED
    themes = arguments.only or THEMES
    directory = tempfile.mkdtemp(prefix="conformance-")
    try:
        messages.generate(arguments.generated or os.path.join(directory, "generated"))
        accepted = [] if arguments.same else importlib.import_module("differences").DIFFERENCES
        runs = []
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for run in pool.map(
                lambda theme: ThemeRun(accepted, arguments.verbose).play(
                    theme, etcd, arguments.quorate, directory
                ),
                themes,
            ):
                print("\n".join(run.lines), flush=True)
                runs.append(run)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    stale = report_stale(accepted) if themes == THEMES else 0
    unlisted = sum(run.unlisted for run in runs)
    ended = sum(run.ended for run in runs)
    print(
        f"{sum(run.requests for run in runs)} requests to each; differences: "
        f"{sum(run.listed for run in runs)} listed, {unlisted} not listed; "
        f"{stale} listed ones not seen; {ended} servers ended"
    )
    return 1 if unlisted or stale or ended else 0


if __name__ == "__main__":
    sys.exit(main())
