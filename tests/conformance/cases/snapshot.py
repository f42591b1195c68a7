"""Snapshots, in both forms: how the stream is cut, and whether its sum is right."""

import base64
import dataclasses
import hashlib
import json

from harness.requests import put
from harness.steps import Grpc, messages, post, split_grpc_frames

PIECE = 32 * 1024


def described(pieces):
    """Of (bytes left, bytes) in their order; the content itself is each server's own."""
    *image, (last_left, digest) = pieces
    total = sum(len(blob) for _, blob in image)
    left, is_consistent = total, True
    for told, blob in image:
        left -= len(blob)
        is_consistent = is_consistent and told == left
    return {
        "more than one piece": len(image) > 1,
        "all but the last are whole": {len(blob) for _, blob in image[:-1]} == {PIECE},
        "whole pages": total % 4096 == 0,
        "left fits": is_consistent and last_left == 0,
        "sum fits": hashlib.sha256(b"".join(blob for _, blob in image)).digest() == digest,
    }


@dataclasses.dataclass
class Snapshot(Grpc):
    method: str = "Maintenance/Snapshot"

    def perform(self, server):
        method = messages.full_method(self.method)
        stream = self.call(server)
        answers = [messages.decode_response(method, d) for _, d in split_grpc_frames(stream.data)]
        trailers = dict(stream.header_blocks[-1])
        return {
            "end": stream.end,
            "status": {k: v for k, v in trailers.items() if "grpc" in str(k)},
            "has header": any("header" in answer for answer in answers),
            "stream": described([(a.get("remaining_bytes", 0), a["blob"]) for a in answers]),
        }


def described_json(body):
    answers = [json.loads(line)["result"] for line in body.decode().splitlines()]
    pieces = [(int(a.get("remaining_bytes", 0)), base64.b64decode(a["blob"])) for a in answers]
    return {"names": sorted(answers[0].keys() - {"version"}), **described(pieces)}


STEPS = [
    *(put(b"key/%d" % n, b"v" * 1000) for n in range(200)),
    Snapshot(),
    post("/maintenance/snapshot", "{}", transform=described_json),
    put(b"key/1", b"after"),
    Snapshot(name="Snapshot again"),
]
