"""What must differ between two servers, and nothing else, is replaced before comparing.

own ids        they follow from the peer URLs, whose ports differ; only a server's own member and
               cluster id are replaced, so a wrong id still shows
own ports      in URLs and in messages that repeat the Host header
raft term      how many elections a start takes is the server's affair
raft indexes   they count entries, also those a server writes for itself
sizes          of the database: the stores are not the same
"""

import re

_BY_FIELD = {
    "raft_term": "<term>",
    "raftTerm": "<term>",
    "raftIndex": "<index>",
    "raftAppliedIndex": "<index>",
    "dbSize": "<size>",
    "dbSizeInUse": "<size>",
}


def normalise(value, server, field=""):
    if isinstance(value, dict):
        return {k: normalise(v, server, k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [normalise(v, server, field) for v in value]
    if field in _BY_FIELD and str(value).isdigit() and int(value) > 0:
        return _BY_FIELD[field]
    if isinstance(value, bytes):
        return repr(value)
    if isinstance(value, str):
        return normalise_text(value, server)
    if type(value) is int:
        return {server.member_id: "<member>", server.cluster_id: "<cluster>"}.get(value, value)
    return value


def normalise_text(text, server):
    for own, name in (
        (str(server.member_id), "<member>"),
        (str(server.cluster_id), "<cluster>"),
        (f"{server.cluster_id:x}", "<cluster>"),
        (f"127.0.0.1:{server.client_port}", "<client>"),
        (f"127.0.0.1:{server.peer_port}", "<peer>"),
    ):
        text = text.replace(own, name)
    for field, name in _BY_FIELD.items():
        text = re.sub(rf'("{field}":)"[1-9][0-9]*"', rf'\1"{name}"', text)
    return text
