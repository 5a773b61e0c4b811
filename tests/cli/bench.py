#!/usr/bin/env python3
"""`pastiche bench`: peers that keep to the protocol are timed, all others named; nothing is left behind."""

import array
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

from tap import check, finish

PASTICHE = os.path.join(os.environ.get("PASTICHE_BUILD", ""), "engine/cli/pastiche")
TOP = tempfile.mkdtemp(prefix="bench-test-")
SCRATCH = os.path.join(TOP, "scratch")
SIDE = 64
os.chdir(TOP)
os.mkdir(SCRATCH)

# Does what the environment's FAKE says of its library and way.
FAKE = """
import json, os, shutil, sys, time
job = json.loads(sys.stdin.readline())
way = " ".join([job["library"], job["precision"]] + ["channels-last"] * job["channels-last"])
if job["task"] == "product":
    way = "product"
does = json.loads(os.environ["FAKE"]).get(way, "absent")
say = lambda **said: print(json.dumps(said), flush=True)
if does == "absent":
    sys.exit(say(absent="python3-fake is not installed"))
if does == "dies":
    sys.exit("of a broken heart")
if does == "rubbish":
    sys.exit(print("Welcome to version 3!", flush=True))
if does == "hangs":
    open("hanging", "w").write(str(os.getpid()))
    time.sleep(3600)
if does == "keeps":
    shutil.copy(job["pictures"][0], "picture.f32")
if does == "shortens":
    open(job["output"], "w").write("short")
elif job["task"] != "product":
    shutil.copy("grey.f32" if does in ("paints grey", "keeps") else "right.f32", job["output"])
say(ready="Fake 1.0", gflop=2.0)
for i, line in enumerate(sys.stdin):
    if does == "dies later" and i == 1:
        sys.exit(1)
    say(seconds={"boasts": -1, "mumbles": "soon"}.get(does, 0.5))
"""


def start(*arguments, **fakes):
    ways = {name.replace("_", " ").replace("channels last", "channels-last"): does for name, does in fakes.items()}
    environment = {**os.environ, "FAKE": json.dumps(ways), "TMPDIR": SCRATCH}
    words = [PASTICHE, "bench", "fast-style", "--sizes", str(SIDE), "--device", "cpu", "--peer-script", "fake.py", *arguments]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def bench(*arguments, **fakes):
    process = start("--json", "--limit", "15", *arguments, **fakes)
    out, errors = process.communicate(timeout=300)
    return process.returncode, json.loads(out or "{}"), errors


def entries(told):
    return {" ".join([e["library"], e["precision"]] + ["channels-last"] * e["channels-last"]): e
            for e in told["results"][0]["contestants"]}  # fmt: skip


FLOATS = ["-depth", "32", "-define", "quantum:format=floating-point"]


def magick(*words):
    return subprocess.run(["magick", *words], check=True, capture_output=True).stdout


def right_result():
    """What a peer that computes would make of the picture, in 16 bits."""
    bench("--runs", "1", pytorch_fp32="keeps")
    magick("-size", f"{SIDE}x{SIDE}", *FLOATS, "-interlace", "plane", "rgb:picture.f32", "-depth", "16", "picture.png")
    painted = subprocess.run([PASTICHE, "fast-style", "picture.png", "-o", "right.png", "--stroke-size", "0", "--device", "cpu"])
    pixels = array.array("f", magick("right.png", *FLOATS, "rgb:-"))
    with open("right.f32", "wb") as file:
        for channel in range(3):
            pixels[channel::3].tofile(file)
    check("there is a result to show", painted.returncode == 0 and os.path.getsize("right.f32") == 12 * SIDE**2)


def told_apart():
    status, told, errors = bench("--runs", "3", pytorch_fp32="paints", pytorch_fp32_channels_last="paints grey",
                                 pytorch_bf16="dies", pytorch_bf16_channels_last="hangs", onnxruntime_fp32="rubbish",
                                 product="paints")  # fmt: skip
    check("a bench with broken peers ends well", status == 0 and errors == "", errors)
    found = entries(told)
    good = found["pytorch fp32"]
    check("who answers is timed", good["name"] == "Fake 1.0 fp32" and good["rounds"] == [0.5] * 3, good)
    check("and compared", good["seconds"]["median"] == 0.5 and good["psnr"] > 60 and good["gflops"] == 4, good)
    ours = found["pastiche fp32"]["rounds"]
    ratio = sorted(0.5 / seconds for seconds in ours)[1]
    check("with a ratio for each round", abs(good["times-fp32"]["median"] / ratio - 1) < 1e-9, good)
    check("the fastest is named", told["results"][0]["fastest-peer"]["fp32"] == "Fake 1.0 fp32", told)
    check("a matrix product gives the peak", abs(told["peak-gflops"]["fp32"] - 4) < 1e-9, told["peak-gflops"])
    reasons = {
        "pytorch fp32 channels-last": "made another picture",
        "pytorch bf16": "ended: of a broken heart",
        "pytorch bf16 channels-last": "said nothing within 15 s",
        "onnxruntime fp32": 'answered "Welcome to version 3!"',
        "opencv fp32": "python3-fake is not installed",
    }
    for way, reason in reasons.items():
        entry = found[way]
        check(f"who fails is left out: {reason}", reason in entry.get("left-out", "") and "seconds" not in entry, entry)


def late_failures():
    _, told, _ = bench("--runs", "3", pytorch_fp32="dies later", pytorch_bf16="boasts", onnxruntime_fp32="mumbles",
                       opencv_fp32="shortens")  # fmt: skip
    found = entries(told)
    reasons = {"pytorch fp32": "ended", "pytorch bf16": "-1", "onnxruntime fp32": "soon", "opencv fp32": "right size"}
    for way, reason in reasons.items():
        entry = found[way]
        check(f"{reason!r} is no time", reason in entry.get("left-out", "") and "seconds" not in entry, entry)
    check("without a product there is no peak", not told["peak-gflops"], told["peak-gflops"])


def table():
    process = start("--runs", "2", pytorch_fp32="paints")
    out, errors = process.communicate(timeout=300)
    lines = out.splitlines()
    check("the table has a line for each", process.returncode == 0 and sum(line.startswith("Fake 1.0 fp32 ") for line in lines) == 1
          and any("OpenCV" in line and "python3-fake is not installed" in line for line in lines), out + errors)  # fmt: skip
    check("and what it comes to", any(line.startswith("In fp32 Pastiche is") for line in lines), out)


def refused():
    cases = {("upscale",): "upscale", ("--sizes", "100"): "multiple of 16", ("--runs", "0"): "runs"}
    for words, told in cases.items():
        done = subprocess.run([PASTICHE, "bench", *words], capture_output=True, text=True, timeout=300)
        check(f"bench {' '.join(words)} is refused", done.returncode == 2 and told in done.stderr, done.stderr)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split()[2] != "Z"
    except OSError:
        return False


def hanging(sent):
    """Sends a signal while a peer hangs; the exit status, once the peer is gone or half a minute later."""
    if os.path.exists("hanging"):
        os.remove("hanging")
    process = start("--runs", "1", pytorch_fp32="hangs")
    until = time.time() + 120
    while time.time() < until and not (os.path.exists("hanging") and os.path.getsize("hanging")):
        time.sleep(0.05)
    with open("hanging") as file:
        pid = int(file.read())
    check("a peer hangs", alive(pid))
    process.send_signal(sent)
    process.communicate(timeout=300)
    until = time.time() + 30
    while time.time() < until and alive(pid):
        time.sleep(0.05)
    check(f"{sent.name} ends it too", not alive(pid))
    return process.returncode


def interrupts():
    check("Ctrl+C ends with 130", hanging(signal.SIGINT) == 130)
    check("no temporary file is left", os.listdir(SCRATCH) == [], os.listdir(SCRATCH))
    hanging(signal.SIGKILL)


def real_peers():
    """Those that are installed compute what Pastiche computes."""
    words = [PASTICHE, "bench", "--sizes", str(SIDE), "--runs", "1", "--device", "cpu", "--json", "--limit", "600"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=1500)
    told = json.loads(done.stdout)
    check("bench takes all filters", [r["task"] for r in told["results"]] == ["fast-style", "gatys", "gatys"], done.stderr)
    check("both losses", [r.get("loss") for r in told["results"]] == [None, "wasserstein", "gram"])
    for result in told["results"]:
        for entry in result["contestants"]:
            reason = entry.get("left-out", "")
            check(f"{result['task']}: {entry['name']}", not reason or "is not installed" in reason, reason)
    done = subprocess.run([*words, "--no-peers"], capture_output=True, text=True, timeout=900)
    found = json.loads(done.stdout)["results"][0]["contestants"]
    check("--no-peers times Pastiche alone", [e["library"] for e in found] == ["pastiche"] * 2, found)


def main():
    refused()
    with open("fake.py", "w") as file:
        file.write(FAKE)
    with open("grey.f32", "wb") as file:
        file.write(b"\0\0\0\x3f" * (3 * SIDE**2))
    status, _, errors = bench("--runs", "1")
    if status == 5:
        check("what computes # SKIP " + errors.strip(), True)
        finish()
    for group in [right_result, told_apart, late_failures, table, interrupts, real_peers]:
        group()
    shutil.rmtree(TOP)
    finish()


main()
