"""Leases: renewals a second, and what happens when very many end at once."""

from harness import load, seconds


def measure_keep_alive(server, options, figures):
    got = load(server, options.load, "keep-alive", "--leases=1000",
               f"--seconds={seconds(options, 5)}")
    figures.add("keep-alives, 100 streams", server, got["per_second"], "/s", "up")
    figures.add("keep-alives, CPU", server, got["cpu"] / got["renewals"] * 1e6, "us", "down")


def measure_expiry(server, options, figures):
    leases, due = (10_000, 10) if options.quick else (100_000, 25)
    got = load(server, options.load, "expire", f"--leases={leases}", f"--due={due}")
    title = f"{leases:,} leases with a key end at once"
    figures.add(f"{title}: all gone after", server, got["gone_after"], "s", "down")
    figures.add(f"{title}: puts meanwhile", server, got["puts_meanwhile"], "/s", "up")
    share = got["puts_meanwhile"] / got["puts_before"]
    figures.add(f"{title}: of the puts before", server, share * 100, "%", "up")
