"""After a theme: everything both servers hold, at every revision that can still be read."""

from harness.steps import Grpc

EVERYTHING = {"key": b"\0", "range_end": b"\0"}


def current_revision(server):
    answer = Grpc("KV/Range", {**EVERYTHING, "count_only": True}).perform(server)
    return answer["messages"][0]["header"].get("revision", 0)


def steps(revision_max):
    """Compacted revisions answer with an error, which is compared as well."""
    for revision in range(1, revision_max + 1):
        yield Grpc(
            "KV/Range",
            {**EVERYTHING, "revision": revision},
            name=f"key space at revision {revision}",
        )
    yield Grpc("Maintenance/HashKV", name="key space hash")
