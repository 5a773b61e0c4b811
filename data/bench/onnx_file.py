"""Writes ONNX files: the few messages of onnx.proto that a network needs, in the wire format of Protocol
Buffers."""

import numpy


def varint(value):
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def message(*fields):
    """Of (number, value) pairs: an int, text, or bytes of a message or of data; None is left out."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        elif value is not None:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


# The types of numbers and attributes that are used here.
FLOAT, INT64 = 1, 7
AN_INT, A_STRING, INTS = 2, 3, 7


def tensor(name, values):
    """TensorProto of a float32 or int64 array."""
    kind = INT64 if values.dtype == numpy.int64 else FLOAT
    data = numpy.ascontiguousarray(values).tobytes()
    return message(*((1, side) for side in values.shape), (2, kind), (8, name), (9, data))


def attribute(name, value):
    """AttributeProto of an int, a text or a list of ints."""
    if isinstance(value, str):
        return message((1, name), (4, value), (20, A_STRING))
    if isinstance(value, int):
        return message((1, name), (3, value), (20, AN_INT))
    return message((1, name), *((8, i) for i in value), (20, INTS))


def node(kind, inputs, output, **attributes):
    """NodeProto; its name is that of its output."""
    rows = [(5, attribute(name, value)) for name, value in attributes.items()]
    return message(*((1, name) for name in inputs), (2, output), (3, output), (4, kind), *rows)


def value(name, shape):
    """ValueInfoProto of a float32 tensor."""
    dims = message(*((1, message((1, side))) for side in shape))
    return message((1, name), (2, message((1, message((1, FLOAT), (2, dims))))))


def model(nodes, constants, inputs, outputs, opset=17):
    """ModelProto of one graph: the bytes of a file."""
    parts = [(1, nodes), (5, constants), (11, inputs), (12, outputs)]
    rows = [(number, row) for number, all_rows in parts for row in all_rows]
    graph = message((2, "graph"), *rows)
    return message((1, 8), (7, graph), (8, message((1, ""), (2, opset))))
