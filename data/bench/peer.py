#!/usr/bin/env python3
"""Drives one library in one task, for `pastiche bench`. Everything said is a line of JSON.

The first line on stdin is the job: {"task": "fast-style", "library": "onnxruntime", "side": 512,
"precision": "fp32", "channels-last": false, "device": "cpu", "threads": 2, "model": FILE, "row": 0,
"pictures": [FILE...], "output": FILE, ...}. Pictures are raw float32 {3, side, side}, and so is what
is left in "output". The answer is {"ready": "ONNX Runtime 1.21.0", "gflop": 181.2} after a first run,
or {"absent": "why"}. Each line "run" then is answered by {"seconds": 1.21}. The end of stdin ends it.
"""

import importlib
import json
import os
import sys
import time

# The module and function for each task and library; then the Debian package of each module.
PEERS = {
    ("fast-style", "pytorch"): ("with_torch", "fast_style"),
    ("fast-style", "onnxruntime"): ("with_onnx", "onnxruntime"),
    ("fast-style", "opencv"): ("with_onnx", "opencv"),
    ("gatys", "pytorch"): ("with_torch", "gatys"),
    ("product", "pytorch"): ("with_torch", "product"),
}
PACKAGES = {"torch": "python3-torch", "onnxruntime": "python3-onnxruntime", "cv2": "python3-opencv",
            "numpy": "python3-numpy"}  # fmt: skip


def answer(**said):
    print(json.dumps(said), file=ANSWERS, flush=True)


def gflop(job):
    """How much the task computes, where that is known."""
    if job["task"] == "product":
        return 2 * job["side"] ** 3 / 1e9
    if job["task"] == "fast-style":
        return importlib.import_module("transformer").gflop(job["model"], job["side"])
    return None


def build(job):
    module, function = PEERS[job["task"], job["library"]]
    try:
        return getattr(importlib.import_module(module), function)(job)
    except ModuleNotFoundError as error:
        package = PACKAGES.get(error.name, error.name)
        answer(absent=f"{package} is not installed")
        sys.exit(0)


def as_array(result):
    """A tensor of whatever library, as float32."""
    if hasattr(result, "cpu"):
        result = result.float().cpu().contiguous().numpy()
    return result.astype("float32")


def main():
    job = json.loads(sys.stdin.readline())
    if job["task"] == "gatys":
        # OpenBLAS' own threads are in the way of PyTorch's: with one the peer is twice as fast.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    name, run = build(job)
    as_array(run()).tofile(job["output"])
    answer(ready=name, gflop=gflop(job))
    for line in sys.stdin:
        if line.strip() != "run":
            sys.exit(f"{line.strip()!r} is not \"run\".")
        start = time.perf_counter()
        run()
        answer(seconds=time.perf_counter() - start)


# A library that prints must not be taken for an answer.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
main()
