#!/usr/bin/env python3
"""Training by the command: a learnt style, packed pictures, a kill at any moment, a full disk, Ctrl+C."""

import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time

import fixtures as make
from tap import check, finish

PASTICHE = os.path.join(os.environ.get("PASTICHE_BUILD", ""), "engine/cli/pastiche")
TOP = tempfile.mkdtemp(prefix="pastiche-training-")
os.environ["XDG_DATA_HOME"] = os.path.join(TOP, "share")


def path(*names):
    return os.path.join(TOP, *names)


def command(output, steps, *more, data="photos"):
    return [PASTICHE, "train", "encoder", "--teacher", path("teacher.safetensors"), "--data", path(data),
            "--steps", str(steps), "--batch", "1", "--crop", "32", "--device", "cpu",
            "-o", path(output), *more]  # fmt: skip


def run(arguments, **options):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=600, **options)


def read(name):
    with open(path(name), "rb") as file:
        return file.read()


def checkpoint_step(name):
    """The step a checkpoint says; every byte its header promises is there."""
    data = read(name + ".checkpoint")
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    assert max(t["data_offsets"][1] for t in header.values()) == len(data) - 8 - length
    return int(metadata["step"])


def packing():
    made = run([PASTICHE, "pack", path("photos"), "-o", path("pack"), "--side", "0"])
    check("a folder is packed", made.returncode == 0 and "6 pictures" in made.stdout, made)
    run(command("of-folder.safetensors", 20))
    run(command("of-pack.safetensors", 20, data="pack"))
    check("a pack teaches what its folder does", read("of-folder.safetensors") == read("of-pack.safetensors"))
    again = run([PASTICHE, "pack", path("nowhere"), "-o", path("never")])
    check("no folder to pack: one sentence", again.returncode == 3 and again.stderr.count("\n") == 1, again)
    check("and no file", not os.path.exists(path("never")))


def kills():
    """Killed twelve times as it goes, it still ends where it would have ended."""
    steps = 300
    whole = run(command("whole.safetensors", steps, "--checkpoint-every", "3"))
    check("an uninterrupted training ends well", whole.returncode == 0, whole.stderr)
    dice = random.Random(1)
    reached = []
    for _ in range(12):
        training = subprocess.Popen(
            command("cut.safetensors", steps, "--checkpoint-every", "3"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        before = time.monotonic()
        while not os.path.exists(path("cut.safetensors.checkpoint")) and time.monotonic() - before < 60:
            time.sleep(0.01)
        time.sleep(dice.uniform(0.3, 1.2))
        training.kill()
        training.wait()
        if not os.path.exists(path("cut.safetensors.checkpoint")):
            break  # it has ended
        reached.append(checkpoint_step("cut.safetensors"))
    check("killed, it leaves a whole checkpoint each time", reached, reached)
    check("each run went on from the checkpoint", reached == sorted(reached), reached)
    last = run(command("cut.safetensors", steps, "--checkpoint-every", "3"))
    check("the last run ends well", last.returncode == 0, last.stderr)
    check("killed and resumed equals uninterrupted", read("whole.safetensors") == read("cut.safetensors"))
    left = [name for name in os.listdir(TOP) if name.startswith("cut") and ("checkpoint" in name)]
    check("no checkpoint is left behind", left == [], left)


def interrupted():
    training = subprocess.Popen(command("int.safetensors", 100000), stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    training.send_signal(signal.SIGINT)
    _, said = training.communicate(timeout=60)
    check("Ctrl+C ends it with status 130", training.returncode == 130, (training.returncode, said))
    check("and says how it goes on", "the same command goes on from there" in said, said)
    check("with its checkpoint saved", checkpoint_step("int.safetensors") > 0)


def full_disk():
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
    for name, arguments in {
        "checkpoint": command("full.safetensors", 20, "--checkpoint-every", "3"),
        "pack": [PASTICHE, "pack", path("photos"), "-o", path("full.safetensors"), "--side", "0"],
    }.items():
        ended = run(arguments, preexec_fn=small)
        check(f"a disk without room for the {name}: status 1", ended.returncode == 1, ended)
        check(f"one sentence for the {name}", ended.stderr.strip().count("\n") == 0, ended.stderr)
        left = [n for n in os.listdir(TOP) if n.startswith(("full", ".full"))]
        check(f"nothing of the {name} is left", not [n for n in left if "csv" not in n], left)


def broken_pictures():
    shutil.copytree(path("photos"), path("mixed"))
    for name in ["a.jpg", "z.png"]:
        make.write(path("mixed", name), b"no picture")
    ended = run(command("mixed.safetensors", 30, data="mixed"))
    check("broken pictures among good ones are passed over", ended.returncode == 0, ended.stderr)
    check("counted and named", '2 pictures could not be read and were passed over: "a.jpg", "z.png"' in ended.stderr, ended.stderr)


def learn(name, *more, picture="photos/0.png", base="base.safetensors"):
    return run([PASTICHE, "train", "fast-style", "--from", path(base), "--encoder", path("teacher.safetensors"),
                "--style", path(picture), "--name", name, "--data", path("photos"), "--steps", "2",
                "--batch", "1", "--crop", "32", "--strokes", "40,64", "--device", "cpu", *more])  # fmt: skip


def paint(style, *more, base="base.safetensors"):
    return run([PASTICHE, "fast-style", path("photos", "1.png"), "--model", path(base), "--style", style,
                "--device", "cpu", "-o", path("painted.png"), *more])  # fmt: skip


def own_style():
    """A style is learnt, painted with, blended, renamed and removed; the rest is refused."""
    learnt = learn("fern", "--json")
    check("a style is learnt without -o", learnt.returncode == 0, learnt)
    told = json.loads(learnt.stdout or "{}")
    file = path("share", "pastiche", "models", "fern.safetensors")
    check("it lies with the user's models", told.get("output") == file and os.path.exists(file), told)
    check("what it came to is told", "style loss came from" in learnt.stderr, learnt.stderr)
    check("and measured", float(told.get("facts", {}).get("style-loss", 0)) > 0, told)
    for style in ["fern", "one:2,fern"]:
        painted = paint(style, "--stroke-size", "0.3")
        check(f"{style} paints", painted.returncode == 0 and painted.stderr == "", painted)
    run([PASTICHE, "models", "rename", "fern", "moss"])
    check("renamed, it paints by its new name", paint("moss").returncode == 0)
    check("and not by the old one", paint("fern").returncode == 2)
    check("a style in one size of strokes says so", "stroke-size has no effect" in paint("one", "--stroke-size", "1").stderr)
    make.write(path("other.safetensors"), make.transformer(("three", "four")))
    lost = paint("moss", base="other.safetensors")
    check("it is not offered with another model", lost.returncode == 4 and "learn it again" in lost.stderr, lost)
    check("a taken name is refused", learn("moss").returncode == 2 and learn("one").returncode == 2)
    check("a name no file can have is refused", learn("my fern").returncode == 2)
    run([PASTICHE, "models", "remove", "moss"])
    check("removed, it is gone", paint("moss").returncode == 2)
    make.write(path("dot.png"), make.png(3, 3))
    for what, ended, status in [
        ("a style of 3x3 pixels", learn("dot", picture="dot.png"), 3),
        ("no style picture", learn("none", picture="none.png"), 3),
        ("an encoder to begin with", learn("new", base="teacher.safetensors"), 4),
        ("no place to go", run([PASTICHE, "train", "fast-style", "--style", path("photos", "0.png")]), 2),
    ]:
        check(f"{what}: status {status}, one sentence", ended.returncode == status and ended.stderr.count("\n") == 1, ended)


def main():
    for i in range(6):
        make.write(path("photos", f"{i}.png"), make.png(48 + i, 40))
    make.write(path("teacher.safetensors"), make.encoder())
    make.write(path("base.safetensors"), make.transformer())
    computes = run(command("trial.safetensors", 1))
    if computes.returncode == 5:
        check("what computes # SKIP " + computes.stderr.strip(), True)
        finish()
    own_style()
    packing()
    kills()
    interrupted()
    full_disk()
    broken_pictures()
    shutil.rmtree(TOP)
    finish()


if __name__ == "__main__":
    main()
