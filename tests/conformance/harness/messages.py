"""Protobuf messages: generated at run time from the project's .proto files, named by method."""

import glob
import importlib
import os
import subprocess
import sys

from google.protobuf import message_factory
from google.protobuf.message import DecodeError
from google.protobuf.pyext import _message

_message.SetAllowOversizeProtos(True)  # also lifts the limit on depth: transactions nest deeply

_PROTO_DIR = os.path.join(os.path.dirname(__file__), "..", "..", "..", "proto")
_methods = {}


def generate(directory):
    """Makes Python modules in `directory` and learns all methods from them."""
    os.makedirs(directory, exist_ok=True)
    protos = sorted(glob.glob(os.path.join(_PROTO_DIR, "*.proto")))
    subprocess.run(
        ["protoc", f"--proto_path={_PROTO_DIR}", f"--python_out={directory}", *protos], check=True
    )
    sys.path.insert(0, directory)
    factory = message_factory.MessageFactory()
    for proto in protos:
        name = os.path.basename(proto).removesuffix(".proto")
        descriptor = importlib.import_module(name + "_pb2").DESCRIPTOR
        for service in descriptor.services_by_name.values():
            for method in service.methods:
                _methods[f"/{service.full_name}/{method.name}"] = (
                    factory.GetPrototype(method.input_type),
                    factory.GetPrototype(method.output_type),
                )


def full_method(name):
    """ "KV/Range" -> "/etcdserverpb.KV/Range"; what begins with a slash stays as it is."""
    if name.startswith("/"):
        return name
    service = name.split("/")[0]
    for method in _methods:
        if method.split("/")[1].rsplit(".", 1)[1] == service:
            return method.rsplit("/", 1)[0] + "/" + name.split("/")[1]
    raise ValueError(f"no service {service}")


def encode_request(method, fields):
    return _methods[method][0](**fields).SerializeToString()


def decode_response(method, data):
    """As nested dicts of the fields that are set; what is no such message in hexadecimal."""
    response = _methods.get("/" + method.lstrip("/"))
    if response is None:
        return {"of unknown type": data.hex()}
    try:
        return to_plain(response[1].FromString(data))
    except DecodeError:
        return {"undecodable": data.hex()}


def to_plain(message):
    plain = {}
    for field, value in message.ListFields():
        if field.label == field.LABEL_REPEATED and not _is_map(field):
            plain[field.name] = [_plain_value(field, element) for element in value]
        elif _is_map(field):
            plain[field.name] = {str(k): to_plain(v) for k, v in value.items()}
        else:
            plain[field.name] = _plain_value(field, value)
    return plain


def _is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _plain_value(field, value):
    if field.message_type is not None:
        return to_plain(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return value
