"""Passwords and permissions: what they cost each put, and how often one can log in."""

import subprocess

from harness import load, seconds

LOGINS = "logins of one user"
WITH_AUTH = "put as a user"


def measure(server, options, figures):
    time = f"--seconds={seconds(options, 5)}"
    plain = load(server, options.load, "put", time)
    figures.add("put as nobody", server, plain["per_second"], "/s", "up")
    figures.add("put as nobody, CPU", server, plain["cpu"] / plain["puts"] * 1e6, "us", "down")
    token = subprocess.check_output(
        [options.load, "--endpoint", f"127.0.0.1:{server.port}", "auth-on"], text=True).strip()
    if token == "not served":
        for name in (WITH_AUTH, LOGINS):
            figures.add(name, server, token, "/s", "up")
        return
    user = load(server, options.load, "put", time, f"--token={token}")
    figures.add(WITH_AUTH, server, user["per_second"], "/s", "up")
    figures.add(f"{WITH_AUTH}, CPU", server, user["cpu"] / user["puts"] * 1e6, "us", "down")
    share = user["per_second"] / plain["per_second"]
    figures.add(f"{WITH_AUTH}, of those as nobody", server, share * 100, "%", "up")
    logins = load(server, options.load, "login", "--seconds=3")  # some take a second
    figures.add(LOGINS, server, logins["per_second"], "/s", "up")
