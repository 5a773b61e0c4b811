"""Pictures and models for the command's tests, made by the standard library and ImageMagick."""

import hashlib
import json
import os
import random
import struct
import subprocess
import zlib

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, rows=None, depth=8, colour=2, extra=b""):
    """A PNG; `rows` are filtered rows, by default a pattern that repeats nowhere near."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour] * (depth // 8)
    if rows is None:
        bits = random.Random(width * height)
        rows = b"".join(b"\0" + bits.randbytes(width * samples) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        PNG_MAGIC
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def png_text(key, text):
    return chunk(b"tEXt", key.encode("latin-1") + b"\0" + text.encode("latin-1"))


def write(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path


def magick(*arguments):
    subprocess.run(["magick", *map(str, arguments)], check=True, capture_output=True)


def safetensors(tensors, metadata):
    """Random weights of the shapes in `tensors`, as one file's bytes."""
    bits = random.Random(1)
    header, data = {"__metadata__": metadata}, b""
    for name, shape in tensors.items():
        count = 1
        for side in shape:
            count *= side
        end = len(data) + 4 * count
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), end]}
        scale = 0.1 if "weight" in name else 1.0 if "scale" in name else 0.01
        data += struct.pack(f"<{count}f", *(bits.gauss(0, 1) * scale for _ in range(count)))
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def styled(name, out, into, side, styles):
    return {
        f"{name}.weight": [out, into, side, side],
        f"{name}.bias": [out],
        f"{name}.scale": [styles, out],
        f"{name}.shift": [styles, out],
    }


def transformer(styles=("one", "two"), width=2):
    """A fast-style model that paints noise, with the shapes of a real one."""
    n, w = len(styles), width
    tensors = {}
    for layer in [
        ("down1", w, 3, 9),
        ("down2", 2 * w, w, 3),
        ("down3", 4 * w, 2 * w, 3),
        ("res1_a", 4 * w, 4 * w, 3),
        ("res1_b", 4 * w, 4 * w, 3),
        ("up1", 2 * w, 4 * w, 3),
        ("up2", w, 2 * w, 3),
    ]:
        tensors.update(styled(*layer, n))
    tensors.update({"out_weight": [3, w, 9, 9], "out_bias": [3]})
    return safetensors(tensors, {"architecture": "transformer", "styles": json.dumps(styles)})


def encoder(width=4):
    """A VGG-19-shaped encoder of a few channels: every layer a setting can name."""
    tensors = {"input.weight": [3, 3, 1, 1], "input.bias": [3]}
    into = 3
    for block, layers in enumerate([2, 2, 4, 4, 4], 1):
        for layer in range(1, layers + 1):
            tensors[f"conv{block}_{layer}.weight"] = [width, into, 3, 3]
            tensors[f"conv{block}_{layer}.bias"] = [width]
            into = width
    return safetensors(
        tensors, {"architecture": "encoder", "padding": "reflect", "pooling": "max"}
    )


def style_decoder(width=4):
    """A style-from-image model that paints noise: an encoder of four blocks and its mirror image."""
    tensors = {"encoder.input.weight": [3, 3, 1, 1], "encoder.input.bias": [3]}
    into = 3
    for block in range(1, 5):
        tensors[f"encoder.conv{block}_1.weight"] = [width, into, 3, 3]
        tensors[f"encoder.conv{block}_1.bias"] = [width]
        tensors[f"decoder.conv{block}_1.weight"] = [into, width, 3, 3]
        tensors[f"decoder.conv{block}_1.bias"] = [into]
        into = width
    return safetensors(
        tensors, {"architecture": "style-decoder", "padding": "reflect", "pooling": "max"}
    )


def generator(classes=(), side=16, rebuilds=False):
    """An MLP that makes RGB pictures of `side` pixels, with an encoder if it `rebuilds` them."""
    latent = 4
    tensors = {
        "generator.fc1.weight": [8, latent + len(classes)],
        "generator.fc1.bias": [8],
        "generator.fc2.weight": [3 * side * side, 8],
        "generator.fc2.bias": [3 * side * side],
    }
    if rebuilds:
        tensors["encoder.fc1.weight"] = [8, 3 * side * side]
        tensors["encoder.fc1.bias"] = [8]
        for part in ["mean", "log_variance"]:
            tensors[f"encoder.{part}.weight"] = [latent, 8]
            tensors[f"encoder.{part}.bias"] = [latent]
    metadata = {"architecture": "vae" if rebuilds else "generator", "network": "mlp", "latent": latent, "height": side,
                "width": side, "channels": 3, "features": 8, "output": "tanh", "activation": "relu"}  # fmt: skip
    if classes:
        metadata["classes"] = json.dumps(classes)
    return safetensors(tensors, {key: str(value) for key, value in metadata.items()})


def manifest_row(name, data, **changes):
    row = {
        "name": name,
        "file": f"{name}.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "architecture": "transformer",
        "licence": "CC0-1.0",
        "trained-on": "nothing",
        "styles": ["one", "two"],
    }
    row.update(changes)
    return row
