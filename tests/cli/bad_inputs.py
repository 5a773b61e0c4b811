#!/usr/bin/env python3
"""Every bad input: the documented status, one sentence, no crash, nothing half-written."""

import json
import os
import re
import resource
import shutil
import struct
import subprocess
import tempfile

import fixtures as make
from tap import check, finish

PASTICHE = os.path.join(os.environ.get("PASTICHE_BUILD", ""), "engine/cli/pastiche")
TOP = tempfile.mkdtemp(prefix="pastiche-bad-")
os.environ["XDG_DATA_HOME"] = os.path.join(TOP, "share")

SMALL = make.png(8, 8)
TINY = make.transformer()


def make_pictures():
    """Files by name in TOP/in; each is what its name says."""
    path = lambda name: os.path.join(TOP, "in", name)
    put = lambda name, data: make.write(path(name), data)
    put("photo.png", SMALL)
    put("art.png", make.png(9, 7))
    put("dot.png", make.png(3, 3))
    put("plain.png", SMALL)
    put("cut.png", SMALL[:-40])
    put("no-end.png", SMALL[:-12])
    put("crc.png", SMALL.replace(b"IDAT", b"IDAT", 1)[:-30] + b"\xff" + SMALL[-29:])
    put("no-data.png", SMALL[: 8 + 25] + make.chunk(b"IEND", b""))
    put("header-only.png", SMALL[:33])
    put("signature-only.png", SMALL[:8])
    put("zero-wide.png", make.png(0, 5, rows=b""))
    put("zero-high.png", make.png(5, 0, rows=b""))
    put("huge.png", make.png(200000, 200000, rows=b"\0"))
    put("hoax.png", make.png(20000, 20000, rows=b"\0"))
    put("short-rows.png", make.png(64, 64, rows=b"\0" * 100))
    put("empty.png", b"")
    put("words.png", "This is no picture.\n")
    put("picture.gif", b"GIF89a\1\0\1\0\0\0\0;")
    put("bad-recipe.png", make.png(8, 8, extra=make.png_text("pastiche-recipe", "{nonsense")))
    recipe = {
        "format": 1,
        "version": "0.1.0",
        "filter": "fast-style",
        "settings": {"strength": "0"},
        "facts": {},
        "sources": [{"input": "content", "name": "photo.png", "sha256": "0" * 64}],
    }
    stamped = lambda **changes: make.png(
        8, 8, extra=make.png_text("pastiche-recipe", json.dumps({**recipe, **changes}))
    )
    put("changed-source.png", stamped())
    put("lost-source.png", stamped(sources=[{"input": "content", "name": "gone.png", "sha256": "0" * 64}]))
    put("newer-recipe.png", stamped(format=99))
    put("other-filter.png", stamped(filter="teleport"))
    put("other-setting.png", stamped(settings={"strength": "much"}))
    os.mkdir(path("folder.png"))
    os.mkfifo(path("pipe.png"))
    put("secret/only.png", SMALL)
    for kind in ["jpg", "tif", "webp"]:
        make.magick(path("photo.png"), "-scale", "64x64!", path(f"good.{kind}"))
        with open(path(f"good.{kind}"), "rb") as file:
            whole = file.read()
        put(f"cut.{kind}", whole[: len(whole) * 2 // 3])
    make.magick(path("photo.png"), "-resize", "1x20000!", path("tall.png"))
    put("broad.png", make.png(256, 256))
    make.magick("-size", "4x4", "xc:red", "xc:blue", path("moving.webp"))
    make.magick(path("photo.png"), "-define", "quantum:format=floating-point", "-depth", "64", path("deep.tif"))
    jpeg_header = b"\xff\xd8\xff\xc0\0\x0b\x08" + struct.pack(">HH", 0, 16) + b"\1\1\x11\0"
    put("zero-high.jpg", jpeg_header + b"\xff\xd9")


def folder_of_models(name, files, rows=None):
    folder = os.path.join(TOP, "models", name)
    for file, data in files.items():
        make.write(os.path.join(folder, file), data)
    if rows is not None:
        text = rows if isinstance(rows, str) else json.dumps({"models": rows})
        make.write(os.path.join(folder, "manifest.json"), text)
    return folder


def header(text, data=b""):
    return struct.pack("<Q", len(text)) + text.encode() + data


def make_models():
    row = lambda **changes: make.manifest_row("tiny", TINY, **changes)
    changed = TINY[:-1] + bytes([TINY[-1] ^ 1])
    put = folder_of_models
    put("good", {"tiny.safetensors": TINY, "encoder.safetensors": make.encoder(),
                 "any.safetensors": make.style_decoder(), "beasts.safetensors": make.generator(["cat", "dog"]),
                 "odd-plan.safetensors": make.generator(["cat"]).replace(b'"latent": "4"', b'"latent": "0"')}, [row()])  # fmt: skip
    put("wrong-hash", {"tiny.safetensors": changed}, [row()])
    put("climbing", {"tiny.safetensors": TINY}, [row(file="../good/tiny.safetensors")])
    put("absolute", {"tiny.safetensors": TINY}, [row(file=os.path.join(TOP, "models/good/tiny.safetensors"))])
    put("missing", {}, [row()])
    put("no-json", {"tiny.safetensors": TINY}, "{")
    link = os.path.join(put("link", {}, [row()]), "tiny.safetensors")
    os.symlink(os.path.join(TOP, "models/good/tiny.safetensors"), link)
    put("files", {
        "cut-length.safetensors": TINY[:5],
        "cut-header.safetensors": TINY[:300],
        "cut-data.safetensors": TINY[:-1],
        "long.safetensors": TINY + b"more",
        "huge-header.safetensors": struct.pack("<Q", 1 << 62) + TINY[8:],
        "no-json.safetensors": header("not json"),
        "no-architecture.safetensors": make.safetensors({"x": [1]}, {}),
        "overlap.safetensors": header(
            '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
            '"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}', b"\0" * 6),
        "odd-type.safetensors": header('{"a":{"dtype":"F7","shape":[1],"data_offsets":[0,4]}}', b"\0" * 4),
        "pickle.pth": b"\x80\x02cos\nsystem\n(X\x04\0\0\0true\ntR.",
        "words.pth": b"hello",
        "empty.pth": b"",
    })  # fmt: skip


# name, status, the sentence, command line. IN is the folder of pictures, MODELS of model folders.
STYLE = ["fast-style", "IN/photo.png", "-o", "out.png"]
ZERO = [*STYLE[:2], "--strength", "0", "-o"]
ON = lambda picture: ["fast-style", f"IN/{picture}", "-o", "out.png", "--strength", "0"]
CASES = [
    # Words
    ("no command", 2, r"No command was given; 'pastiche help'", []),
    ("an unknown command", 2, r'no command "gattys"; did you mean gatys\?', ["gattys", "x.png"]),
    ("an unknown setting", 2, r'no setting of pastiche fast-style "--stlye"; did you mean --style\?', [*STYLE, "--stlye", "one"]),
    ("a setting without a value", 2, r"--strength needs one value after it", [*STYLE, "--strength"]),
    ("no output", 2, r"-o FILE or --output-dir DIR", STYLE[:2]),
    ("an output and a folder", 2, r"exclude each other", [*STYLE, "--output-dir", "."]),
    ("no picture", 2, r"fast-style takes 1 content picture\(s\), and 0 came", ["fast-style", "-o", "out.png"]),
    ("two pictures where one goes", 2, r"takes 1 content picture\(s\), and 2 came", ["fast-style", "IN/photo.png", "IN/art.png", "-o", "out.png"]),
    ("no style picture", 2, r"gatys takes 1 to 16 style picture\(s\), and 0 came", ["gatys", "IN/photo.png", "-o", "out.png"]),
    ("a batch of nothing", 2, r"needs pictures", ["fast-style", "--output-dir", "."]),
    ("a batch of two of a name", 2, r"would overwrite the other", ["fast-style", "IN/photo.png", "IN/../in/photo.png", "--output-dir", "."]),
    ("help on nothing", 2, r'no command "teleport"', ["help", "teleport"]),
    ("a word too many", 2, r'"words" is one word too many', ["list", "words"]),
    ("models without a verb", 2, r"There are list, info, import", ["models"]),
    ("models with a wrong verb", 2, r'no command "infos"; did you mean info', ["models", "infos"]),
    ("train without a trainer", 2, r"pastiche train what\?", ["train"]),
    ("again without a picture", 2, r"Which picture", ["again"]),
    ("bench of an unknown filter", 2, r'bench does not time "x"', ["bench", "x"]),
    ("bench without runs", 2, r"runs is 0, but must be a whole number from 1 to 1000", ["bench", "--runs", "0"]),
    # Settings
    ("a strength above its range", 2, r"strength is 1.5, but must be a number from 0 to 1\.$", [*STYLE, "--strength", "1.5"]),
    ("a strength below its range", 2, r"strength is -0.1", [*STYLE, "--strength", "-0.1"]),
    ("a strength in words", 2, r'strength is "much"', [*STYLE, "--strength", "much"]),
    ("an empty strength", 2, r'strength is ""', [*STYLE, "--strength", ""]),
    ("a strength with a comma", 2, r'strength is "0,5"', [*STYLE, "--strength", "0,5"]),
    ("a strength that is no number", 2, r'strength is "?nan', [*STYLE, "--strength", "nan"]),
    ("a strength with blanks", 2, r'strength is " 1"', [*STYLE, "--strength", " 1"]),
    ("an unknown device", 2, r'device is "gpu", but must be auto, cpu or cuda', [*STYLE, "--device", "gpu"]),
    ("half a seed", 2, r'seed is "1.5"', [*STYLE, "--seed", "1.5"]),
    ("a seed beyond a number", 2, r'seed is "99999999999"', [*STYLE, "--seed", "99999999999"]),
    ("a negative size", 2, r"size is -1", [*STYLE, "--size", "-1"]),
    ("a flag that is neither", 2, r'tileable is "maybe", but must be true or false', ["gatys", "IN/photo.png", "IN/art.png", "-o", "out.png", "--tileable=maybe"]),
    ("a depth there is not", 2, r'depth is "12", but must be auto, 8 or 16', [*STYLE, "--depth", "12"]),
    ("a quality above 100", 2, r"quality is 101", [*STYLE, "--quality", "101"]),
    # Outputs
    ("an output of an unknown kind", 2, r'"out.bmp" names no known picture format', [*STYLE[:3], "out.bmp"]),
    ("an output without an extension", 2, r"names no known picture format", [*STYLE[:3], "out"]),
    ("an empty output", 2, r".", [*STYLE[:3], ""]),
    ("an output that goes in", 2, r"is one of the pictures that go in", [*STYLE[:3], "IN/photo.png"]),
    ("an output in no folder", 1, r'cannot be written: there is no folder "gone"', [*STYLE[:3], "gone/out.png"]),
    ("an output that is a folder", 1, r"it is a folder", [*STYLE[:3], "IN/folder.png"]),
    ("an output where nothing can be written", 1, r"cannot be written", [*STYLE[:3], "/proc/out.png"]),
    ("a batch into no folder", 1, r"there is no folder", ["fast-style", "IN/photo.png", "--output-dir", "gone"]),
    ("a batch onto its inputs", 2, r"is one of the pictures that go in", ["fast-style", "IN/photo.png", "--output-dir", "IN"]),
    ("a name longer than names can be", 1, r"File name too long", [*STYLE[:3], "x" * 300 + ".png"]),
    # Pictures
    ("a picture that is not there", 3, r'"[^"]*gone.png" cannot be read: No such file', ON("gone.png")),
    ("a folder for a picture", 3, r"it is a folder", ON("folder.png")),
    ("a pipe for a picture", 3, r"it is no ordinary file", ON("pipe.png")),
    ("a device for a picture", 3, r"it is no ordinary file", ["fast-style", "/dev/zero", "-o", "out.png"]),
    ("an empty file", 3, r"is empty; a picture file is needed", ON("empty.png")),
    ("a text file", 3, r"is of no known format; PNG, JPEG, TIFF, WebP can be read", ON("words.png")),
    ("a format that is not read", 3, r"is of no known format", ON("picture.gif")),
    ("a PNG cut in its data", 3, r"is damaged: ", ON("cut.png")),
    ("a PNG without its end", 3, r"is damaged: it ends early", ON("no-end.png")),
    ("a PNG with a wrong checksum", 3, r"is damaged: ", ON("crc.png")),
    ("a PNG without data", 3, r"is damaged: ", ON("no-data.png")),
    ("a PNG of a header", 3, r"is damaged: ", ON("header-only.png")),
    ("a PNG of eight bytes", 3, r"is damaged: ", ON("signature-only.png")),
    ("a PNG with too few rows", 3, r"is damaged: ", ON("short-rows.png")),
    ("a PNG of no width", 3, r"is damaged: |is empty: ", ON("zero-wide.png")),
    ("a PNG of no height", 3, r"is damaged: |is empty: ", ON("zero-high.png")),
    ("a PNG that claims 40 gigapixels", 3, r"claims 200000 x 200000 pixels, and at most 1000 megapixels", ON("huge.png")),
    ("a PNG too small for its claim", 3, r"bytes cannot hold 20000 x 20000 pixels", ON("hoax.png")),
    ("a JPEG cut in its data", 3, r"is damaged: ", ON("cut.jpg")),
    ("a JPEG of no height", 3, r"is damaged: |is empty: ", ON("zero-high.jpg")),
    ("a TIFF cut in its data", 3, r"is damaged: ", ON("cut.tif")),
    ("a TIFF of 64-bit samples", 3, r"64-bit float .* 8 or 16 bits, or 32-bit float, can", ON("deep.tif")),
    ("a WebP cut in its data", 3, r"is damaged: ", ON("cut.webp")),
    ("an animation", 3, r"is an animation, and a still picture is needed", ON("moving.webp")),
    ("a broken style picture", 3, r"cut.png\" is damaged", ["gatys", "IN/photo.png", "IN/cut.png", "-o", "out.png"]),
    ("a broken mask", 3, r"words.png\" is of no known format", ["gatys", "IN/photo.png", "IN/art.png", "--mask", "IN/words.png", "-o", "out.png"]),
    # Recipes
    ("again of a picture without a recipe", 3, r"does not say how it was made", ["again", "IN/plain.png"]),
    ("again of a broken recipe", 3, r"recipe cannot be read", ["again", "IN/bad-recipe.png"]),
    ("again of a newer recipe", 3, r"a newer Pastiche is needed", ["again", "IN/newer-recipe.png"]),
    ("again of an unknown filter", 2, r'no filter "teleport"', ["again", "IN/other-filter.png"]),
    ("again of a wrong setting", 2, r'strength is "much"', ["again", "IN/other-setting.png"]),
    ("again with its source changed", 3, r"has changed since", ["again", "IN/changed-source.png"]),
    ("again with its source lost", 3, r"is not at .*gone.png", ["again", "IN/lost-source.png"]),
    ("again of no file", 3, r"No such file", ["again", "IN/gone.png"]),
    # Models
    ("info on no model", 4, r'no model "gone"', ["models", "info", "gone"]),
    ("info on a model of a wrong hash", 4, r"sha256", ["models", "info", "tiny", "--folder", "MODELS/wrong-hash"]),
    ("a manifest that climbs out", 4, r"plain file name", ["models", "info", "tiny", "--folder", "MODELS/climbing"]),
    ("a manifest with an absolute path", 4, r"plain file name", ["models", "info", "tiny", "--folder", "MODELS/absolute"]),
    ("a link out of the folder", 4, r"outside the folder", ["models", "info", "tiny", "--folder", "MODELS/link"]),
    ("a manifest's file that is missing", 4, r"No such file", ["models", "info", "tiny", "--folder", "MODELS/missing"]),
    ("removing a model that came along", 4, r"pastiche-styles\" came with Pastiche and stays", ["models", "remove", "pastiche-styles"]),
    ("renaming a model that came along", 4, r"came with Pastiche and stays", ["models", "rename", "pastiche-styles", "mine"]),
    ("removing a model by a path", 4, r"no model \"\.\./x\" of your own", ["models", "remove", "../x"]),
    ("removing no model", 2, r"Which model\?", ["models", "remove"]),
    ("renaming to nothing", 2, r"rename NAME NEW", ["models", "rename", "mine"]),
    ("import of no file", 4, r".", ["models", "import", "IN/gone.pth"]),
    ("import of a picture", 4, r".", ["models", "import", "IN/photo.png"]),
    ("import of a pickle that runs a command", 4, r".", ["models", "import", "MODELS/files/pickle.pth"]),
    ("import of a text", 4, r".", ["models", "import", "MODELS/files/words.pth"]),
    ("import of an empty file", 4, r".", ["models", "import", "MODELS/files/empty.pth"]),
    *[(f"a model file: {name}", 4, r".", ["models", "info", f"MODELS/files/{name}.safetensors"])
      for name in ["cut-length", "cut-header", "cut-data", "long", "huge-header", "no-json",
                   "no-architecture", "overlap", "odd-type"]],
]  # fmt: skip

ANY = ["style-from-image", "IN/photo.png", "IN/photo.png", "-o", "out.png", "--model", "any", "--models", "MODELS/good"]

BEASTS = ["generate", "-o", "out.png", "--model", "beasts", "--models", "MODELS/good"]

# These open the computing library; tests of a build without it leave them out.
COMPUTING = [
    ("fast-style without its model", 4, r'model "gone"', [*STYLE, "--model", "gone"]),
    ("fast-style with a broken model", 4, r".", [*STYLE, "--model", "MODELS/files/cut-data.safetensors"]),
    ("fast-style with an encoder", 4, r'architecture "encoder"', [*STYLE, "--model", "encoder", "--models", "MODELS/good"]),
    ("a style the model has not", 2, r'no style "three"; it has one', [*STYLE, "--model", "tiny", "--models", "MODELS/good", "--style", "three"]),
    ("a picture the memory cannot hold", 5, r"MiB at least and 1 MiB may be used; memory \d+ would do", ["fast-style", "IN/broad.png", "-o", "out.png", "--model", "tiny", "--models", "MODELS/good", "--memory", "1"]),
    ("a device that is not here", 5, r'device "cuda" is not available', [*STYLE, "--model", "tiny", "--models", "MODELS/good", "--device", "cuda"]),
    ("gatys without its encoder", 4, r'encoder model "gone"', ["gatys", "IN/photo.png", "IN/art.png", "-o", "out.png", "--encoder", "gone"]),
    ("a style of 3x3 pixels", 3, r"has 3x3 pixels, too few to show a style", [*ANY[:2], "IN/dot.png", *ANY[3:]]),
    ("style-from-image with a model of styles", 4, r'"style-decoder" is needed', [*ANY, "--model", "tiny"]),
    ("style-from-image without its model", 4, r'model "gone"', [*ANY, "--model", "gone"]),
    ("a class the model has not", 2, r'class is "cow", but the model "beasts" has cat and dog', [*BEASTS, "--class", "cow"]),
    ("no samples", 2, r"count is 0, but must be a whole number from 1", [*BEASTS, "--count", "0"]),
    ("a picture of 100,000 pixels", 2, r"width is 100000", [*BEASTS, "--width", "100000"]),
    ("a picture beyond the memory", 5, r"may be used; fewer or smaller ones would fit", [*BEASTS, "--width", "60000", "--height", "60000", "--memory", "100"]),
    ("frames and many seeds", 2, r"only one can say", [*BEASTS, "--count", "2", "--frames", "2"]),
    ("a latent of no seed", 2, r'the seed "x", which is not a whole number', [*BEASTS, "--latent", "x:1"]),
    ("latents that are none", 4, r".", [*BEASTS, "--latent-file", "IN/photo.png"]),
    ("latents of another size", 4, r'no tensor "?latent', [*BEASTS, "--latent-file", "MODELS/good/tiny.safetensors"]),
    ("a picture for a model that rebuilds none", 2, r'"beasts" cannot rebuild', ["generate", "IN/photo.png", *BEASTS[1:]]),
    ("a generator with an odd plan", 4, r"says its latent is", [*BEASTS, "--model", "odd-plan"]),
    ("sampling a model of styles", 4, r"must be a generator, a vae", [*BEASTS, "--model", "tiny"]),
    ("a GAN of one picture", 3, r"1 picture\(s\) to learn from", ["train", "gan", "--data", "IN/secret", "--crop", "16", "-o", "x.safetensors"]),
    ("a GAN of an odd side", 2, r"crop is 20, but a dcgan's", ["train", "gan", "--crop", "20", "-o", "x.safetensors"]),
    ("shares for other styles", 2, r"has 2 weight\(s\) for 1 style", [*ANY, "--style-weights", "1,2"]),
    ("WebP higher than it can be", 1, r"WebP holds 16383 pixels a side at most, and this is 1 x 20000", ["fast-style", "IN/tall.png", "-o", "out.webp", "--strength", "0"]),
    ("a file larger than allowed", 1, r"File too large", [*ZERO, "out.png"]),
]  # fmt: skip


def files_under(*folders):
    return sorted(
        os.path.join(at, name) for folder in folders for at, _, names in os.walk(folder) for name in names
    )


def run(arguments, work, limits=None, **more):
    arguments = [a.replace("IN/", f"{TOP}/in/").replace("MODELS/", f"{TOP}/models/") for a in arguments]
    arguments = [f"{TOP}/in" if a == "IN" else a for a in arguments]
    return subprocess.run([PASTICHE, *arguments], cwd=work, capture_output=True, text=True,
                          errors="replace", timeout=120, preexec_fn=limits, **more)  # fmt: skip


def try_case(name, status, sentence, arguments, limits=None):
    with tempfile.TemporaryDirectory(dir=TOP) as work:
        watched = [work, f"{TOP}/in", f"{TOP}/models", os.environ["XDG_DATA_HOME"]]
        before = files_under(*watched)
        done = run(arguments, work, limits)
        lines = done.stderr.splitlines()
        problems = []
        if done.returncode != status:
            problems.append(f"ended with {done.returncode}, not {status}")
        if len(lines) != 1 or not re.fullmatch(r"pastiche: \S.*[.?]", lines[0]):
            problems.append("did not say one sentence")
        elif not re.search(sentence, lines[0].removeprefix("pastiche: ")):
            problems.append(f"did not say /{sentence}/")
        if done.stdout:
            problems.append(f"printed {done.stdout!r}")
        if files_under(*watched) != before:
            problems.append(f"left {sorted(set(files_under(*watched)) ^ set(before))}")
    check(name, not problems, "; ".join(problems) + "\n" + done.stderr)


def every_cut_of_a_header():
    """One file for each length from nothing to the end of the header, all looked at by one run."""
    length = 8 + struct.unpack("<Q", TINY[:8])[0]
    folder = folder_of_models("cuts", {f"cut-{n}.safetensors": TINY[:n] for n in range(length + 1)})
    done = run(["models", "list", "--folder", folder, "--json"], TOP)
    told = json.loads(done.stdout)
    named = {n for n in range(length + 1) if any(f"cut-{n}.safetensors" in p for p in told["problems"])}
    check(f"a model cut at each of its header's {length} bytes is told, and none is used",
          done.returncode == 0 and len(named) == length + 1
          and not any(m["name"].startswith("cut-") for m in told["models"]),
          f"{done.returncode} {done.stderr[-500:]}")  # fmt: skip


def broken_neighbours():
    """A broken manifest or model hides no good one, and verify tells of it."""
    done = run(["models", "verify", "--folder", f"{TOP}/models/wrong-hash"], TOP)
    check("verify of a folder with a wrong hash ends with 4", done.returncode == 4 and "sha256" in done.stderr, done.stderr)
    done = run(["models", "list", "--folder", f"{TOP}/models/no-json"], TOP)
    check("a broken manifest is told and its folder still read",
          done.returncode == 0 and "manifest" in done.stderr and "tiny" in done.stdout, done.stderr + done.stdout)  # fmt: skip


def full_disk():
    """A file system of 64 KiB, where this system lets us mount one."""
    disk = os.path.join(TOP, "disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True).returncode:
        return check("a full disk # SKIP no file system can be mounted here", True)
    try:
        make.write(f"{TOP}/in/large.png", make.png(256, 256))
        done = run(["fast-style", "IN/large.png", "--strength", "0", "-o", f"{disk}/out.png"], TOP)
        check("a full disk: status 1, one sentence, nothing left",
              done.returncode == 1 and "No space left on device" in done.stderr
              and len(done.stderr.splitlines()) == 1 and os.listdir(disk) == [],
              f"{done.returncode} {done.stderr} {os.listdir(disk)}")  # fmt: skip
    finally:
        subprocess.run(["umount", disk])


def full_output():
    with open("/dev/full", "w") as full:
        done = subprocess.run([PASTICHE, "list", "--json"], stdout=full, stderr=subprocess.PIPE, text=True)
    check("standard output that takes nothing ends with 1",
          done.returncode == 1 and "No space left" in done.stderr, done.stderr)  # fmt: skip


def json_errors():
    done = run([*STYLE, "--strength", "2", "--json"], TOP)
    told = json.loads(done.stdout)
    check("--json tells an error as an object", told["status"] == 2 == done.returncode and "strength" in told["error"], done.stdout)


def small_files_only():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))


def main():
    make_pictures()
    make_models()
    for case in CASES:
        try_case(*case)
    every_cut_of_a_header()
    broken_neighbours()
    full_output()
    json_errors()
    with tempfile.TemporaryDirectory(dir=TOP) as work:
        computes = run([*ZERO, "out.png"], work)
    if computes.returncode == 5:
        check("cases that compute # SKIP " + computes.stderr.strip(), True)
        finish()
    for name, *rest in COMPUTING:
        if "not here" in name and os.path.exists("/dev/nvidia0"):
            continue
        try_case(name, *rest, limits=small_files_only if "larger than allowed" in name else None)
    full_disk()
    shutil.rmtree(TOP)
    finish()


main()
