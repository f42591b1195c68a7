"""Reading all of a large store: how fast, and what the server needs for it."""

from harness import load

VALUE_BYTES = 10_000


def measure(server, options, figures):
    rows = 10_000 if options.quick else 100_000
    title = f"{rows * VALUE_BYTES / 1e9:.1g} GB"
    load(server, options.load, "fill", f"--keys={rows}", f"--value-bytes={VALUE_BYTES}",
         "--streams=10")
    ways = [("pages of 1,000", ["pages", "--limit=1000"])]
    if server.name != "etcd":  # 3.4 has no such call
        ways.append(("one RangeStream", ["stream"]))
    for name, arguments in ways:
        server.reset_peak()
        before = server.memory()
        got = load(server, options.load, *arguments)
        if got["rows"] != rows:
            raise RuntimeError(f"{got['rows']} rows were read, not {rows}")
        extra = server.memory("VmHWM") - before
        figures.add(f"read {title} in {name}", server, got["bytes"] / got["seconds"] / 1e6, "MB/s",
                    "up")
        figures.add(f"read {title} in {name}, extra memory", server, extra / 1e6, "MB", "down")
