#!/usr/bin/env python3
"""Limits on memory from outside: each run ends well, or with one sentence and the status for it; never by a signal,
never for ever, and nothing half-written."""

import contextlib
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile

import fixtures as make
from tap import check, finish

PASTICHE = os.path.join(os.environ.get("PASTICHE_BUILD", ""), "engine/cli/pastiche")
TOP = pathlib.Path(tempfile.mkdtemp(prefix="pastiche-limits-"))
os.environ["XDG_DATA_HOME"] = str(TOP / "share")
MIB = 2**20

COMMANDS = [
    ["fast-style", "large.png", "--model", "tiny"],
    ["fast-style", "large.png", "--model", "tiny", "--size", "3000", "--memory", "8192"],
    ["gatys", "large.png", "small.png", "--encoder", "encoder", "--size", "0", "--steps", "1", "--first-steps", "1"],
    ["style-from-image", "large.png", "small.png", "--model", "any", "--refine", "2"],
    ["generate", "--model", "beasts", "--width", "2500", "--height", "1500"],
    ["texture", "--width", "1500", "--height", "1000"],
]

# In MiB: from what does not even load LibTorch to what is plenty.
LIMITS = {
    "address space": [160, 400, 700, 900, 1000, 1200, 1500, 2000, 4000],
    "data": [40, 80, 160, 240, 320, 500, 800, 2000],
    "control group": [64, 160, 240, 320, 500, 800, 2000],
}


def groups():
    """The folder of a control group of this process, and the name of its limit; None where it may make none below."""
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        top, name = ("memory", "memory.limit_in_bytes") if "memory" in kinds.split(",") else ("", "memory.max")
        if kinds and top == "":
            continue
        own = pathlib.Path("/sys/fs/cgroup", top, path.lstrip("/"))
        with contextlib.suppress(OSError):
            trial = own / f"pastiche-{os.getpid()}"
            trial.mkdir()
            if (trial / name).exists():
                return trial, name
            trial.rmdir()
    return None


GROUP = groups()


def limit_to(kind, size):
    """What a child does before it becomes the command."""
    if kind == "control group":
        (GROUP[0] / "cgroup.procs").write_text(str(os.getpid()))
    else:
        number = resource.RLIMIT_AS if kind == "address space" else resource.RLIMIT_DATA
        resource.setrlimit(number, (size, size))


def is_whole(picture):
    data = picture.read_bytes()
    return data.startswith(make.PNG_MAGIC) and data.endswith(make.chunk(b"IEND", b""))


def run(words, kind, size):
    """(whether it ended as it should, what it did)."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=TOP))
    if kind == "control group":
        (GROUP[0] / GROUP[1]).write_text(str(size))
    try:
        done = subprocess.run([PASTICHE, *words, "--models", TOP / "models", "--device", "cpu", "-o", folder / "out.png"],
                              cwd=TOP, preexec_fn=lambda: limit_to(kind, size), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300)  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, "never ended"
    left = sorted(os.listdir(folder))
    said = done.stderr.strip()
    if done.returncode == 0:
        return left == ["out.png"] and is_whole(folder / "out.png"), f"status 0, but {left}"
    sentence = said.startswith("pastiche: ") and said.endswith(".") and "\n" not in said
    return done.returncode == 5 and sentence and not left, f"status {done.returncode}, {left}: {said}"


def main():
    for name, data in {"tiny": make.transformer(), "encoder": make.encoder(), "any": make.style_decoder(),
                       "beasts": make.generator()}.items():  # fmt: skip
        make.write(str(TOP / f"models/{name}.safetensors"), data)
    make.write(str(TOP / "large.png"), make.png(2000, 1500))
    make.write(str(TOP / "small.png"), make.png(200, 150))
    for words in COMMANDS:
        for kind, sizes in LIMITS.items():
            if kind == "control group" and not GROUP:
                print("# no control group can be made here")
                continue
            for size in sizes:
                good, what = run(words, kind, size * MIB)
                check(f"{words[0]} in {size} MiB of {kind}", good, what)


try:
    main()
finally:
    shutil.rmtree(TOP)
    if GROUP:
        GROUP[0].rmdir()
finish()
