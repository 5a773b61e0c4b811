"""Reads what the peers share: networks out of safetensors files, and raw pictures."""

import json

import numpy

DTYPES = {"F16": numpy.float16, "F32": numpy.float32, "F64": numpy.float64}


def read(path):
    """The tensors of a safetensors file by name, as float32, and its metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, row in header.items():
        begin, end = row["data_offsets"]
        flat = numpy.frombuffer(data[begin:end], DTYPES[row["dtype"]])
        tensors[name] = flat.reshape(row["shape"]).astype(numpy.float32)
    return tensors, metadata


def picture(path, side):
    """A square picture {1, 3, side, side}, float32, RGB in 0..1."""
    return numpy.fromfile(path, numpy.float32).reshape(1, 3, side, side)
