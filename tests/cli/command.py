#!/usr/bin/env python3
"""The command as its users run it: what it prints, what it writes, what it says of itself."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import time

import fixtures as make
from tap import check, finish

PASTICHE = os.path.join(os.environ.get("PASTICHE_BUILD", ""), "engine/cli/pastiche")
SOURCE = os.environ.get("PASTICHE_SOURCE", ".")
TOP = tempfile.mkdtemp(prefix="pastiche-command-")
os.environ["XDG_DATA_HOME"] = os.path.join(TOP, "share")
os.environ["XDG_CACHE_HOME"] = os.path.join(TOP, "cache")
MODELS = os.path.join(TOP, "models")
os.chdir(TOP)


def run(*arguments, **more):
    return subprocess.run([PASTICHE, *map(str, arguments)], capture_output=True, text=True, timeout=300, **more)


def report(name, done, passed, detail=""):
    check(name, passed, f"ended with {done.returncode}: {done.stderr}{detail}")


def magick(*arguments):
    return subprocess.run(["magick", *map(str, arguments)], check=True, capture_output=True).stdout


def untouched(picture, out, *settings):
    """Through the engine and back without a change."""
    return run("fast-style", picture, "-o", out, "--strength", "0", *settings)


def words():
    done = run("--version")
    report("--version", done, done.returncode == 0 and re.fullmatch(r"pastiche \d+\.\d+\.\d+\n", done.stdout))
    listed = run("list", "--json")
    filters = json.loads(listed.stdout)["filters"]
    names = [f["name"] for f in filters]
    report("list --json names the filters with their settings", listed,
           names[:3] == ["gatys", "fast-style", "style-from-image"] and all(f["settings"] for f in filters))  # fmt: skip
    for filter in filters:
        done = run("help", filter["name"])
        missing = [s["name"] for s in filter["settings"] if f"--{s['name']}" not in done.stdout]
        report(f"help {filter['name']} tells every setting", done, done.returncode == 0 and not missing, missing)
        same = run(filter["name"], "--help").stdout == done.stdout
        check(f"{filter['name']} --help is help {filter['name']}", same)
        check(f"help {filter['name']} fits 80 columns", all(len(line) <= 80 for line in done.stdout.splitlines()))
    for verb in ["help", "list", "models", "train", "evaluate", "sheet", "again", "bench"]:
        done = run("help", verb)
        report(f"help {verb}", done, done.returncode == 0 and len(done.stdout) > 20)
    with open(f"{SOURCE}/data/manual/settings.md") as page:
        check("the manual's page of settings is what help --manual prints", page.read() == run("help", "--manual").stdout,
              "pastiche help --manual > data/manual/settings.md makes it so")  # fmt: skip
    with open(f"{SOURCE}/data/pastiche.1") as page:
        manual = page.read().replace("\\-", "-")
    check("the man page tells of every command", all(re.search(rf"^\.BR? {re.escape(v)}\b", manual, re.M) for v in names + ["models", "train", "evaluate", "sheet", "again", "bench", "list"]))


def facts(picture, what="%z %[colorspace] %[channels]"):
    return magick("identify", "-format", what, picture).decode()


def raw(picture, depth=16):
    return magick(picture, "-depth", depth, "rgba:-")


def untouched_all(pictures, folder, *settings):
    """Many at once: the computing library is opened once."""
    os.makedirs(folder, exist_ok=True)
    return run("fast-style", *pictures, "--output-dir", folder, "--strength", "0", *settings)


def round_trips():
    """Strength 0 gives the pixels back, in the input's depth, channels and profile."""
    magick("-size", "31x17", "plasma:red-blue", "-depth", "16", "base.png")
    kinds = {
        "rgb": ["-alpha", "off"],
        "rgba": ["-alpha", "set", "-channel", "A", "-fx", "i<9?0:i/w", "+channel"],
        "grey": ["-alpha", "off", "-colorspace", "gray"],
    }
    pictures = []
    for extension, depths in {"png": (8, 16), "tif": (8, 16), "webp": (8,)}.items():
        for depth in depths:
            for kind, how in kinds.items():
                pictures.append(f"{kind}{depth}.{extension}")
                lossless = ["-define", "webp:lossless=true", "-define", "webp:exact=true"]
                magick("base.png", *how, "-depth", depth, *lossless, pictures[-1])
    done = untouched_all(pictures, "back")
    report("all formats and depths go through, silently", done, (done.returncode, done.stdout, done.stderr) == (0, "", ""))
    for name in pictures:
        check(f"{name} comes back bit for bit", raw(name) == raw(f"back/{name}"))
        check(f"{name} stays of its kind", facts(name) == facts(f"back/{name}"), facts(name) + facts(f"back/{name}"))


def odd_ones():
    magick("base.png", "-depth", "8", "-orient", "RightTop", "turned.tif")
    magick("base.png", "-depth", "8", "misnamed.tif")
    os.rename("misnamed.tif", "misnamed.png")
    sizes = ["1x1", "1x20000", "20000x1"]
    for size in sizes:
        magick("base.png", "-resize", f"{size}!", "-depth", "8", f"{size}.png")
    layouts = {
        "palette.png": ["-colors", "16", "-type", "Palette"],
        "one-bit.png": ["-monochrome", "-depth", "1"],
        "interlaced.png": ["-interlace", "PNG"],
        "one-bit.tif": ["-monochrome", "-depth", "1"],
        "white-is-0.tif": ["-colorspace", "gray", "-define", "quantum:polarity=min-is-white"],
        "tiled.tif": ["-define", "tiff:tile-geometry=16x16"],
        "planar.tif": ["-interlace", "plane"],
        "tiled-planar.tif": ["-define", "tiff:tile-geometry=16x16", "-interlace", "plane"],
        "big-endian.tif": ["-depth", "16", "-endian", "MSB"],
        "float.tif": ["-define", "quantum:format=floating-point", "-depth", "32"],
        "lossy.webp": ["-quality", "80"],
    }
    for name, how in layouts.items():
        magick("base.png", "-depth", "8", *how, name)
    pictures = ["turned.tif", "misnamed.png", *layouts, *(f"{size}.png" for size in sizes)]
    profile = "/usr/share/color/icc/ghostscript/srgb.icc"
    profiled = [f"profiled.{e}" for e in ["png", "tif", "jpg", "webp"]] if os.path.exists(profile) else []
    for name in profiled:
        magick("base.png", "-depth", "8", "-profile", profile, name)
    done = untouched_all(pictures + profiled, "odd")
    report("odd pictures go through", done, (done.returncode, done.stderr) == (0, ""))
    got = facts("odd/turned.tif", "%w %h %[orientation]")
    check("an orientation is applied, and gone", got in ("17 31 Undefined", "17 31 TopLeft"), got)
    check("the contents tell the format, not the name", raw("misnamed.png") == raw("odd/misnamed.png"))
    for name in layouts:
        check(f"{name} comes back as it shows", raw(name) == raw(f"odd/{name}"))
    for size in sizes:
        check(f"a picture of {size}", raw(f"{size}.png") == raw(f"odd/{size}.png"))
    for name in profiled:
        check(f"{name} keeps its profile", magick(name, "icc:-") == magick(f"odd/{name}", "icc:-"))


def conversions():
    magick("base.png", "-alpha", "set", "-channel", "A", "-fx", "i/w", "+channel", "-depth", "16", "deep.png")
    for extension, depth in {"tif": "16", "jpg": "8"}.items():
        done = untouched("deep.png", f"from16.{extension}")
        report(f"16 bits into {extension} are {depth}", done, facts(f"from16.{extension}", "%z") == depth)
    done = untouched("deep.png", "eight.png", "--depth", "8")
    report("--depth 8 makes 8", done, facts("eight.png", "%z") == "8")


def stamps():
    """What an output says of itself."""
    plain = [f"plain.{e}" for e in ["png", "jpg", "tif", "webp"]]
    for name in plain:
        magick("base.png", "-depth", "8", "-set", "comment", "kept", name)
    untouched_all(plain, "stamped")
    for name in plain:
        xmp = magick(f"stamped/{name}", "xmp:-").decode()
        check(f"{name} says that a network had a hand in it",
              "digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in xmp, xmp)  # fmt: skip
    recipe = json.loads(facts("stamped/plain.png", "%[pastiche-recipe]"))
    check("PNG holds the recipe as text", recipe["filter"] == "fast-style" and recipe["settings"]["strength"] == "0"
          and recipe["sources"][0]["name"] == "../plain.png", recipe)  # fmt: skip
    check("PNG keeps its own texts", facts("stamped/plain.png", "%[comment]") == "kept")
    error = subprocess.run(["magick", "compare", "-metric", "MAE", "plain.jpg", "stamped/plain.jpg", "null:"], capture_output=True, text=True).stderr
    check("a JPEG stays close", float(re.search(r"\((.*)\)", error)[1]) < 0.01, error)


def again():
    os.makedirs("album/sources", exist_ok=True)
    magick("base.png", "-depth", "8", "album/sources/photo.png")
    for extension in ["png", "jpg"]:
        untouched("album/sources/photo.png", f"album/made.{extension}")
        os.rename("album", "moved")  # the recipe's paths are relative to the output
        done = run("again", f"moved/made.{extension}")
        same = done.returncode == 0 and magick(f"moved/made.{extension}", "rgb:-") == magick(f"moved/made.again.{extension}", "rgb:-")
        report(f"again makes the same {extension} after a move", done, same)
        os.rename("moved", "album")
    done = run("again", "album/made.png", "-o", "elsewhere.png", "--json")
    report("again into another file", done, done.returncode == 0 and os.path.exists("elsewhere.png")
           and json.loads(done.stdout)["status"] == 0)  # fmt: skip


def batches():
    os.makedirs("many", exist_ok=True)
    os.makedirs("results", exist_ok=True)
    names = [f"{i}.png" for i in range(4)]
    for name in names:
        magick("base.png", "-depth", "8", f"many/{name}")
    make.write("many/broken.png", make.png(8, 8)[:-30])
    pictures = ["many/0.png", "many/broken.png", *(f"many/{n}" for n in names[1:])]
    done = run("fast-style", *pictures, "--output-dir", "results", "--strength", "0", "--json")
    report("a batch with a broken picture ends with its status and does the others", done,
           done.returncode == 3 and sorted(os.listdir("results")) == names)  # fmt: skip
    check("it tells one sentence", len(done.stderr.splitlines()) == 1 and "broken.png" in done.stderr, done.stderr)
    outputs = json.loads(done.stdout)["outputs"]
    check("--json tells each of them", len(outputs) == 5 and sum("error" in o for o in outputs) == 1
          and next(o for o in outputs if "error" in o)["status"] == 3, done.stdout)  # fmt: skip
    done = untouched("many/0.png", "one.png", "--json")
    made = json.loads(done.stdout)
    report("--json of one picture", done, made["status"] == 0 and made["outputs"][0]["width"] == 31
           and made["outputs"][0]["recipe"]["filter"] == "fast-style")  # fmt: skip


def tiny_models():
    tiny, encoder = make.transformer(), make.encoder()
    make.write(f"{MODELS}/any.safetensors", make.style_decoder())
    make.write(f"{MODELS}/tiny.safetensors", tiny)
    make.write(f"{MODELS}/encoder.safetensors", encoder)
    rows = [make.manifest_row("tiny", tiny), make.manifest_row("encoder", encoder, architecture="encoder", styles=[])]
    make.write(f"{MODELS}/manifest.json", json.dumps({"models": rows}))
    listed = run("models", "list", "--folder", MODELS, "--json")
    names = [m["name"] for m in json.loads(listed.stdout)["models"]]
    report("models list finds them", listed, {"tiny", "encoder"} <= set(names), names)
    info = run("models", "info", "tiny", "--folder", MODELS, "--json")
    report("models info tells the styles", info, json.loads(info.stdout)["styles"] == ["one", "two"])
    done = run("models", "verify", "tiny", "encoder", "--folder", MODELS)
    report("models verify", done, done.returncode == 0)


GATYS = ["gatys", "plain.jpg", "plain.png", "-o", "long.png", "--encoder", "encoder", "--models", MODELS, "--device", "cpu"]


def painting():
    for blend in ["one", "two", "one:1,two:3"]:
        done = run("fast-style", "plain.jpg", "-o", "styled.png", "--model", "tiny", "--models", MODELS, "--style", blend)
        report(f"fast-style {blend}", done, done.returncode == 0 and magick("identify", "-format", "%w %h", "styled.png") == b"31 17")
    twice = [run(*GATYS[:4], f"seed{i}.png", *GATYS[5:], "--steps", "2", "--first-steps", "2", "--init", "noise", "--seed", "7") for i in (1, 2)]
    report("the same seed paints the same", twice[0], twice[0].returncode == 0
           and magick("seed1.png", "rgb:-") == magick("seed2.png", "rgb:-"))  # fmt: skip
    for statistics in ["transport", "adain", "whitening"]:
        done = run("style-from-image", "plain.jpg", "--style", "many/0.png", "--style", "plain.png", "--style-weights", "2,1",
                   "--statistics", statistics, "-o", "any.png", "--model", "any", "--models", MODELS)  # fmt: skip
        report(f"style-from-image by {statistics}", done, done.returncode == 0 and magick("identify", "-format", "%w %h", "any.png") == b"31 17")
    os.makedirs("painted", exist_ok=True)
    done = run("gatys", "plain.jpg", "many/0.png", "plain.png", "--output-dir", "painted", *GATYS[5:], "--steps", "2", "--first-steps", "2")
    report("a gatys batch takes its last picture for the style", done, sorted(os.listdir("painted")) == ["0.png", "plain.jpg"])
    done = run("gatys", "plain.jpg", "--style", "plain.png", "--output-dir", "painted", *GATYS[5:], "--steps", "2", "--first-steps", "2")
    report("a style can be named by its flag", done, done.returncode == 0)


SAMPLE = ["generate", "--model", "beasts", "--models", MODELS, "--device", "cpu"]


def foretelling():
    """--dry-run tells what a call takes and makes nothing."""
    magick("-size", "64x48", "plasma:", "-depth", "8", "upright.png")
    magick("upright.png", "-orient", "RightTop", "lying.tif")
    os.makedirs("cache", exist_ok=True)
    before = sorted(os.listdir("."))
    call = ["fast-style", "upright.png", "--model", f"{MODELS}/tiny.safetensors"]
    done = run(*call, "--dry-run", "--json")
    told = json.loads(done.stdout)
    report("--dry-run --json needs no output", done, done.returncode == 0 and list(told) == ["dry-run", "filter", "predictions", "status"])
    keys = ["bytes", "bytes-allowed", "device", "height", "picture", "precision", "seconds", "tiles", "width"]
    check("its keys are those of the manual", [sorted(p) for p in told["predictions"]] == [keys], done.stdout)
    with open(f"{SOURCE}/data/manual/command.md") as page:
        manual = page.read()
    check("which has them all", all(f'"{key}": ' in manual for key in [*told, *keys]))
    one = told["predictions"][0]
    check("it tells of the picture", (one["picture"], one["width"], one["height"], one["device"]) == ("upright.png", 64, 48, "cpu")
          and 0 < one["seconds"] < 600 and one["bytes"] > 10**8, one)  # fmt: skip
    done = run(*call, "-o", "nowhere/at/all.png", "--dry-run")
    report("it tells in words, and no output has to be writable", done, done.returncode == 0 and re.fullmatch(
        r"upright.png: 64 x 48 pixels in 1 tile\(s\) on cpu \((fp32|bf16)\), about [\d.]+ s and \d+ MiB of the [\d.]+ [MG]iB that it may use\n", done.stdout), done.stdout)  # fmt: skip
    done = run("gatys", "lying.tif", "upright.png", *GATYS[5:], "--size", "0", "--dry-run", "--json")
    one = json.loads(done.stdout).get("predictions", [{}])[0]
    report("of gatys too, upright", done, done.returncode == 0 and one["seconds"] > 0 and (one["width"], one["height"]) == (48, 64))
    done = run("texture", "--dry-run", "--json", "--width", "100", "--height", "80")
    report("and of what makes pictures", done, done.returncode in (0, 4))
    short = ["gatys", "upright.png", "upright.png", *GATYS[5:], "--memory", "1"]
    for what, status, wrong in [("a model", 4, [*call, "--model", "gone"]), ("memory", 5, short), ("a setting", 2, [*call, "--strength", "2"])]:
        done = run(*wrong, "--dry-run", "--json")
        report(f"without {what} it fails as the call would", done, done.returncode == status and json.loads(done.stdout)["status"] == status)
    done = run(*call, "gone.png", "--output-dir", "nowhere", "--dry-run", "--json")
    report("of a batch each is told", done, done.returncode == 3 and len(json.loads(done.stdout)["predictions"]) == 2)
    check("nothing was written", sorted(os.listdir(".")) == before, os.listdir("."))
    check("but what the machine can do", os.listdir("cache/pastiche") == ["machine.json"])


def sampling():
    make.write(f"{MODELS}/beasts.safetensors", make.generator(["cat", "dog"]))
    size = lambda picture: magick("identify", "-format", "%w %h", picture)
    done = run(*SAMPLE, "--count", "12", "--seed", "5", "-o", "beast.png", "--json")
    names = [f"beast-{i:02}.png" for i in range(1, 13)]
    report("twelve samples go to numbered files", done, [o["output"] for o in json.loads(done.stdout)["outputs"]] == names
           and all(size(name) == b"16 16" for name in names) and not os.path.exists("beast.png"))  # fmt: skip
    check("no two alike", len({magick(name, "rgb:-") for name in names}) == 12)
    done = run("again", "beast-07.png")
    report("again repeats one of them", done, magick("beast-07.png", "rgb:-") == magick("beast-07.again.png", "rgb:-"))
    done = run(*SAMPLE, "--seed", "11", "-o", "eleven.png")
    report("the seventh is that of the seed six further", done, magick("beast-07.png", "rgb:-") == magick("eleven.png", "rgb:-"))
    done = run(*SAMPLE, "--count", "5", "--grid", "-o", "sheet.png")
    report("a sheet", done, size("sheet.png") == b"48 32")
    done = run(*SAMPLE, "--seed", "1", "--to-seed", "2", "--frames", "3", "--width", "50", "--fit", "cover", "-o", "way.jpg")
    report("frames of a size", done, [size(f"way-{i}.jpg") for i in (1, 2, 3)] == [b"50 50"] * 3)
    done = run("again", "way-2.jpg")
    report("again repeats a frame", done, magick("way-2.jpg", "rgb:-") == magick("way-2.again.jpg", "rgb:-"))
    xmp = magick("beast-01.png", "xmp:-").decode()
    check("made by a network alone", "digitalsourcetype/trainedAlgorithmicMedia" in xmp, xmp)


def start_long():
    """A painting that takes an hour, once its bar shows the first steps."""
    main, side = pty.openpty()
    process = subprocess.Popen([PASTICHE, *GATYS, "--steps", "100000", "--first-steps", "100000"], stderr=side, env={**os.environ, "TERM": "xterm"})
    os.close(side)
    shown = b""
    until = time.time() + 120
    while time.time() < until and not re.search(rb"step [1-9]\d* of", shown):
        try:
            shown += os.read(main, 4096)
        except OSError:  # it ended, and closed the terminal
            break
    return process, main, shown.decode()


def rest_of(terminal):
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # how Linux tells the end of a terminal
        pass
    os.close(terminal)
    return shown.decode()


def interrupts():
    for sent in [signal.SIGINT, signal.SIGTERM]:
        process, terminal, shown = start_long()
        check("a terminal shows a bar", re.search(r"\[[#.]{20}\] +\d+%", shown), shown[-300:])
        process.send_signal(sent)
        status = process.wait(timeout=120)
        told = shown + rest_of(terminal)
        check(f"{sent.name} ends with 130", status == 130, status)
        check(f"{sent.name} names the picture so far", '"long.partial.png"' in told.splitlines()[-1], told[-300:])
        check(f"{sent.name} keeps it, whole and as large", not os.path.exists("long.png")
              and magick("identify", "-format", "%w %h", "long.partial.png") == b"31 17")  # fmt: skip
        check("no temporary file is left", not [n for n in os.listdir(".") if n.startswith(".")], os.listdir("."))
        os.remove("long.partial.png")


def second_signal():
    """It comes while a large picture is read, which nothing looks at the first in."""
    magick("-size", "6000x6000", "plasma:", "-depth", "8", "-quality", "10", "large.png")
    process = subprocess.Popen([PASTICHE, "fast-style", "large.png", "-o", "large-out.png", "--strength", "0"])

    def catches():
        with open(f"/proc/{process.pid}/status") as status:
            caught = int(re.search(r"SigCgt:\s*(\w+)", status.read())[1], 16)
        return bool(caught & 1 << (signal.SIGINT - 1))

    for wanted in [True, False]:
        while catches() != wanted:
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
    status = process.wait(timeout=120)
    check("a second signal kills", status == -signal.SIGINT, status)


def main():
    words()
    tiny_models()
    magick("-size", "8x8", "plasma:", "-depth", "8", "trial.png")
    computes = untouched("trial.png", "trial-out.png")
    if computes.returncode == 5:
        check("what computes # SKIP " + computes.stderr.strip(), True)
        finish()
    for group in [round_trips, odd_ones, conversions, stamps, again, batches, painting, foretelling, sampling, interrupts, second_signal]:
        group()
    shutil.rmtree(TOP)
    finish()


main()
