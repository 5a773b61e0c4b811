#!/usr/bin/env python3
"""pastiche evaluate style and generator, and pastiche sheet: tables, files and JSON, and what they say to bad input."""

import csv
import json
import os
import pty
import shutil
import signal
import subprocess
import tempfile
import time

import fixtures as make
from tap import check, finish

PASTICHE = os.path.join(os.environ.get("PASTICHE_BUILD", ""), "engine/cli/pastiche")
REFERENCE = os.path.join(os.environ.get("PASTICHE_SOURCE", "."), "tests/reference")
TOP = tempfile.mkdtemp(prefix="pastiche-evaluate-")
os.environ["XDG_DATA_HOME"] = os.path.join(TOP, "share")
os.chdir(TOP)

MEASURES = ["style-distance", "sifid", "content-distance", "colour-distance", "seconds"]
HERE = ["evaluate", "style", "--content", "photos", "--style", "arts", "--device", "cpu"]
METHODS = ["content", "colour-transfer", "fast-style:model=tiny", "wct:encoders=e,decoders=d"]


def run(*arguments):
    return subprocess.run([PASTICHE, *map(str, arguments)], capture_output=True, text=True, timeout=300)


def report(name, done, passed, detail=""):
    check(name, passed, f"ended with {done.returncode}: {done.stderr}{detail}")


def prepare():
    for name, width, height in [("photos/a.png", 40, 30), ("photos/b, c.png", 25, 41),
                                ("arts/art_one.png", 30, 30), ("arts/two.png", 50, 20)]:  # fmt: skip
        make.write(name, make.png(width, height))
    make.write("photos/notes.txt", "no picture")
    make.write("tiny.safetensors", make.transformer())
    make.write("encoder.safetensors", make.encoder())
    for file, name in [(f"{REFERENCE}/squeezenet.net", "squeezenet"), (f"{REFERENCE}/normalised.pth", "e"),
                       (f"{REFERENCE}/decoder-normalised.pth", "d")]:  # fmt: skip
        done = run("models", "import", file, "--name", name)
        report(f"{name} is imported", done, done.returncode == 0)
    for name in ["tiny", "encoder"]:
        shutil.copy(f"{name}.safetensors", "share/pastiche/models")


def rows_of(folder):
    with open(f"{folder}/results.csv", newline="") as file:
        return list(csv.DictReader(file))


def size_of(picture):
    size = subprocess.run(["magick", "identify", "-format", "%w %h", picture], capture_output=True, text=True, check=True)
    return tuple(map(int, size.stdout.split()))


def darkest(picture, where):
    value = subprocess.run(["magick", picture, "-crop", where, "-format", "%[fx:minima]", "info:"], capture_output=True, text=True, check=True)
    return float(value.stdout)


def comparison():
    done = run(*HERE, "--method", *METHODS, "-o", "out/new")
    report("every method on every pair", done, (done.returncode, done.stderr) == (0, ""), done.stdout)
    lines = done.stdout.splitlines()
    check("the table has a head and a line for each method", lines[0].split() == ["method", *MEASURES]
          and [line.split()[0] for line in lines[1:5]] == METHODS, done.stdout)  # fmt: skip
    check("it says on how many pairs", "4 pairs under squeezenet; 0 skipped, 0 results kept" in lines[5], done.stdout)
    rows = rows_of("out/new")
    check("results.csv has a line for each pair and method", len(rows) == 16 and list(rows[0]) == ["content", "style", "method", *MEASURES], rows[:1])
    check("names with commas are whole", {row["content"] for row in rows} == {"a.png", "b, c.png"}, rows)
    own = [row for row in rows if row["method"] == "content"]
    check("the content itself is at no distance from it", all(float(row["content-distance"]) == 0 for row in own), own)
    moved = [row for row in rows if row["method"] == "colour-transfer"]
    check("a colour transfer brings the colours nearer", all(float(m["colour-distance"]) < float(o["colour-distance"]) for m, o in zip(moved, own)), moved)
    check("the sheet has a column for each method and two more", size_of("out/new/contact-sheet.jpg")[0] == 6 * 248 + 8, size_of("out/new/contact-sheet.jpg"))
    check("with words in black over each", all(darkest("out/new/contact-sheet.jpg", f"240x40+{8 + 248 * i}+0") < 0.2 for i in range(6)))
    kept = os.listdir("out/new/results")
    check("each result is kept", len(kept) == 16 and "a.two.fast-style-model-tiny.png" in kept, kept)
    check("in the content's size", size_of("out/new/results/a.two.colour-transfer.png") == (40, 30))
    named = run(*HERE, "--method", "fast-style:model=tiny,style=one", "--json")
    by_file = [row for row in rows if row["method"].startswith("fast") and "one" in row["style"]]
    same = [row for row in json.loads(named.stdout)["results"] if "one" in row["style"]]
    check("fast-style takes the style that the file's name holds",
          [f"{row['sifid']:.6g}" for row in same] == [row["sifid"] for row in by_file], (same, by_file))  # fmt: skip


def resumed():
    before = open("out/new/results.csv").read()
    done = run(*HERE, "--method", *METHODS, "-o", "out/new")
    report("what was kept is not made again", done, "16 results kept" in done.stdout and open("out/new/results.csv").read() == before, done.stdout)
    os.remove("out/new/results/a.two.colour-transfer.png")
    make.write("out/new/results/a.two.content.png", make.png(8, 8)[:-30])
    shutil.copy("out/new/results/a.art_one.content.png", "out/new/results/b--c.two.content.png")
    done = run(*HERE, "--method", *METHODS, "-o", "out/new")
    report("what is gone, broken or of another making is", done, "13 results kept" in done.stdout, done.stdout)
    check("and comes out the same", [row for row in rows_of("out/new") if row["method"] == "content"]
          == [row for row in csv.DictReader(before.splitlines()) if row["method"] == "content"])  # fmt: skip
    done = run(*HERE, "--method", METHODS[1], "wct:encoders=e,decoders=d,strength=0.5", "--size", "20", "-o", "out/new")
    report("pictures of another size are made anew", done, "0 results kept" in done.stdout, done.stdout)
    make.write("share/pastiche/models/tiny.safetensors", make.transformer(width=3))
    done = run(*HERE, "--method", "content", METHODS[2], "-o", "out/new")
    report("so is what a changed model makes", done, "4 results kept" in done.stdout, done.stdout)


def as_json():
    done = run(*HERE, "--method", "content", "gatys:encoder=encoder,steps=1,first-steps=1,style-layers=relu1_1:2,relu2_1", "--json", "--pairs", "3", "--seed", "5")
    told = json.loads(done.stdout)
    report("--json prints one object", done, done.returncode == 0 and told["status"] == 0 and told["pairs"] == 3
           and told["encoder"] == "squeezenet" and len(told["encoder-sha256"]) == 64)  # fmt: skip
    check("with the median and mean of each measure", all(set(method[m]) == {"median", "mean"} for method in told["methods"] for m in MEASURES), told["methods"])
    check("--pairs draws that many", len(told["results"]) == 6, told["results"])
    again = json.loads(run(*HERE, "--method", "content", "--json", "--pairs", "3", "--seed", "5").stdout)
    pairs = lambda t: [(row["content"], row["style"]) for row in t["results"] if row["method"] == "content"]
    check("--seed draws the same again", pairs(told) == pairs(again), (told, again))
    small = run(*HERE, "--method", "content", "--size", "16", "-o", "small")
    report("--size shrinks the pictures first", small, size_of("small/results/a.two.content.png") == (16, 12))
    one = run("evaluate", "style", "--content", "photos/a.png", "--style", "arts/two.png", "--method", "content", "--encoder", "e", "--device", "cpu")
    report("single pictures and another network do, too", one, one.returncode == 0 and "1 pairs under e" in one.stdout)


def broken_among_good():
    shutil.copytree("photos", "mixed")
    make.write("mixed/cut.png", make.png(8, 8)[:-30])
    mixed = ["evaluate", "style", "--content", "mixed", "--style", "arts", "--method", "content", "--device", "cpu"]
    done = run(*mixed)
    report("a broken picture among good ones is skipped, counted and named, once", done, done.returncode == 0
           and len(done.stderr.splitlines()) == 1 and 'cut.png" is damaged' in done.stderr and "4 pairs under squeezenet; 1 skipped" in done.stdout, done.stdout)  # fmt: skip
    told = json.loads(run(*mixed, "--json").stdout)
    check("--json tells it", told["pairs"] == 4 and told["skipped"][0]["what"] == "mixed/cut.png", told)
    make.write("all-broken/cut.png", make.png(8, 8)[:-30])
    done = run("evaluate", "style", "--content", "all-broken", "--style", "arts", "--method", "content", "-o", "none")
    report("only broken pictures end with 3", done, done.returncode == 3 and "every pair was skipped" in done.stderr)
    check("and make no files", os.listdir("none") == ["results"], os.listdir("none"))


def bad_input():
    os.mkdir("empty")
    make.write("unknown/three.png", make.png(8, 8))
    content, style = ["--content", "photos"], ["--style", "arts"]
    cases = [
        ("evaluate what", 2, "There are style and generator", []),
        ("no contents", 2, "--content DIR says", ["style", *style, "--method", "content"]),
        ("no styles", 2, "--style DIR says", ["style", *content, "--method", "content"]),
        ("no methods", 2, "--method NAME says", ["style", *content, *style]),
        ("a misspelt method", 2, 'no method "gattys"; did you mean "gatys"?', ["style", *content, *style, "--method", "gattys"]),
        ("an unknown method", 2, 'no method "photoshop"; there are gatys, fast-style', ["style", *content, *style, "--method", "photoshop"]),
        ("a method twice", 2, '"content" is there twice', ["style", *content, *style, "--method", "content", "content"]),
        ("a setting the method has not", 2, '"stpes"', ["style", *content, *style, "--method", "gatys:stpes=5"]),
        ("a setting beyond its range", 2, "strength is 2", ["style", *content, *style, "--method", "wct:strength=2"]),
        ("a setting without a value", 2, '"steps" is no setting=value', ["style", *content, *style, "--method", "gatys:steps"]),
        ("an unknown flag", 2, "did you mean --method", ["style", *content, *style, "--methdo", "x"]),
        ("pairs below none", 2, "pairs is -1", ["style", *content, *style, "--method", "content", "--pairs", "-1"]),
        ("a style that the model has not", 2, "holds no style of the model tiny, which has one and two", ["style", *content, "--style", "unknown", "--method", "fast-style:model=tiny"]),
        ("no folder", 3, "cannot be read: No such file", ["style", "--content", "gone", *style, "--method", "content"]),
        ("an empty folder", 3, '"empty" holds no picture', ["style", "--content", "empty", *style, "--method", "content"]),
        ("a method without its model", 4, 'model "gone"', ["style", *content, *style, "--method", "fast-style:model=gone"]),
        ("wct without its networks", 4, 'encoder model "5se"', ["style", *content, *style, "--method", "wct"]),
        ("no network to measure with", 4, '"gone"', ["style", *content, *style, "--method", "content", "--encoder", "gone"]),
        ("a network that does not measure", 4, "takes a squeezenet or an encoder", ["style", *content, *style, "--method", "content", "--encoder", "d"]),
        ("a file for the output folder", 1, "cannot be made", ["style", *content, *style, "--method", "content", "-o", "tiny.safetensors"]),
        ("a folder nothing goes into", 1, "cannot be", ["style", *content, *style, "--method", "content", "-o", "/proc/out"]),
    ]  # fmt: skip
    for name, status, sentence, words in cases:
        done = run("evaluate", *words)
        report(f"{name} ends with {status}", done, done.returncode == status and done.stdout == ""
               and len(done.stderr.splitlines()) == 1 and sentence in done.stderr)  # fmt: skip


def no_judge():
    os.environ["XDG_DATA_HOME"] = "elsewhere"
    done = run(*HERE, "--method", "content")
    report("without a squeezenet it says how to get one", done, done.returncode == 4 and "pastiche models import" in done.stderr)
    os.environ["XDG_DATA_HOME"] = os.path.join(TOP, "share")


def sheets():
    done = run("sheet", "--content", "photos", "--method", "fast-style:model=tiny", "--device", "cpu", "-o", "styles.png")
    report("a sheet of all styles of a model", done, done.returncode == 0 and "2 pictures, 2 columns; 0 skipped" in done.stdout, done.stdout)
    check("a column for each style and one for the pictures", size_of("styles.png")[0] == 3 * 248 + 8, size_of("styles.png"))
    check("with the styles' names over them", all(darkest("styles.png", f"240x20+{8 + 248 * i}+8") < 0.2 for i in (1, 2)))
    done = run("sheet", "--content", "mixed", "--style", "arts", "--method", "fast-style:model=tiny,style=one", "colour-transfer",
               "--device", "cpu", "--cell", "100", "--size", "20", "-o", "both.jpg", "--json")  # fmt: skip
    told = json.loads(done.stdout)
    report("a sheet of methods and styles", done, told["columns"] == ["", "fast-style:model=tiny,style=one", "colour-transfer\nart_one.png", "colour-transfer\ntwo.png"]
           and told["rows"] == 2 and len(told["skipped"]) == 1 and size_of("both.jpg")[0] == 4 * 108 + 8, told)  # fmt: skip
    cases = [
        ("a sheet of nothing", 2, "--content DIR says", ["-o", "x.png", "--method", "content"]),
        ("a sheet to nowhere", 2, "-o FILE says", ["--content", "photos", "--method", "content"]),
        ("a sheet without a method", 2, "--method NAME says", ["--content", "photos", "-o", "x.png"]),
        ("a sheet without the style", 2, "--style DIR says", ["--content", "photos", "-o", "x.png", "--method", "colour-transfer"]),
        ("a sheet of no format", 2, "no known picture format", ["--content", "photos", "-o", "x.txt", "--method", "content"]),
        ("a sheet of broken pictures", 3, "every picture was skipped", ["--content", "all-broken", "-o", "x.png", "--method", "content"]),
        ("a sheet without the model", 4, 'model "gone"', ["--content", "photos", "-o", "x.png", "--method", "fast-style:model=gone"]),
    ]  # fmt: skip
    for name, status, sentence, words in cases:
        done = run("sheet", *words)
        report(f"{name} ends with {status}", done, done.returncode == status and sentence in done.stderr.splitlines()[-1]
               and not os.path.exists("x.png"))  # fmt: skip


def generators():
    for name, classes in [("grey", ["4", "7"]), ("plain", [])]:
        make.write(f"share/pastiche/models/{name}.safetensors", make.generator(classes))
    done = run("models", "import", f"{REFERENCE}/lenet.pth", "--name", "lenet")
    report("a classifier of digits is imported", done, done.returncode == 0)
    for i in range(12):
        make.write(f"digits/{i % 3}/{i}.png", make.png(9 + i, 12))
    make.write("digits/0/cut.png", make.png(8, 8)[:-30])
    here = ["evaluate", "generator", "--real", "digits", "--classifier", "lenet", "--device", "cpu"]
    done = run(*here, "grey", "plain")
    report("generators are measured side by side", done, done.returncode == 0 and "grey" in done.stdout.splitlines()[0]
           and "plain" in done.stdout.splitlines()[0] and "grey: 12 samples beside 12 real pictures, by fc1 of lenet" in done.stdout, done.stdout)  # fmt: skip
    check("a measure that is not to be had for one is a dash", any(line.startswith("Accuracy  ") and line.endswith(" -") for line in done.stdout.splitlines()), done.stdout)
    check("a broken picture is told", "cut.png" in done.stderr, done.stderr)
    told = json.loads(run(*here, "grey", "--count", "20", "--json").stdout)
    model = told["models"][0]
    check("--json prints one object", told["status"] == 0 and model["samples"] == 20 and model["real"] == 12
          and len(model["classifier-sha256"]) == 64 and 0 <= model["accuracy"] <= 1 and "frechet-distance" in model, told)  # fmt: skip
    again = json.loads(run(*here, "grey", "--count", "20", "--json").stdout)
    check("the same again gives the same numbers", told == again, again)
    other = json.loads(run(*here, "grey", "--count", "20", "--seed", "90", "--json").stdout)
    check("another seed does not", told["models"][0]["kernel-distance"] != other["models"][0]["kernel-distance"], other)
    make.write("lonely/one.png", make.png(9, 9))
    cases = [
        ("no model", 2, "Which model?", ["--real", "digits"]),
        ("no real pictures", 2, "--real DIR says", ["grey"]),
        ("a class there is not", 2, "has 4 and 7", ["grey", "--real", "digits", "--class", "8"]),
        ("too few samples", 2, "count is 3", ["grey", "--real", "digits", "--count", "3"]),
        ("a count below none", 2, "count is -1", ["grey", "--real", "digits", "--count", "-1"]),
        ("a folder that is not there", 3, "cannot be read", ["grey", "--real", "nowhere"]),
        ("a single picture", 3, "there are 1, but to measure takes at least 10", ["grey", "--real", "lonely"]),
        ("a model there is not", 4, '"gone"', ["gone", "--real", "digits"]),
        ("a model that makes no pictures", 4, "must be a generator", ["lenet", "--real", "digits"]),
        ("a classifier there is not", 4, '"gone"', ["grey", "--real", "digits", "--classifier", "gone"]),
        ("a classifier that is none", 4, "takes a lenet or a squeezenet", ["grey", "--real", "digits", "--classifier", "e"]),
    ]  # fmt: skip
    for name, status, sentence, words in cases:
        done = run("evaluate", "generator", *words, *([] if "--classifier" in words else ["--classifier", "lenet"]))
        report(f"{name} ends with {status}", done, done.returncode == status and done.stdout == ""
               and len(done.stderr.splitlines()) == 1 and sentence in done.stderr)  # fmt: skip
    done = run("models", "import", f"{REFERENCE}/torchscript-flat.pt", "--name", "script")
    report("a program is not taken for a state dict", done, done.returncode == 4)
    done = run("models", "import", f"{REFERENCE}/torchscript-flat.pt", "--name", "script", "--trusted-torchscript",
               "--latent", "3", "--width", "3", "--height", "3")  # fmt: skip
    report("it is taken where it is said to be trusted, and what it is is told", done, done.returncode == 0 and "is a program" in done.stderr)
    done = run("generate", "--model", "script", "-o", "script.png", "--device", "cpu")
    report("and makes pictures", done, done.returncode == 0 and size_of("script.png") == (3, 3))
    shutil.move("share/pastiche/trusted-torchscript", "trusted")
    done = run("generate", "--model", "script", "-o", "again.png", "--device", "cpu")
    report("it never runs elsewhere", done, done.returncode == 4 and "nobody here said to trust" in done.stderr and not os.path.exists("again.png"))


def interrupt():
    main, side = pty.openpty()
    long = "gatys:encoder=encoder,steps=100000,first-steps=100000"
    process = subprocess.Popen([PASTICHE, *HERE, "--method", "content", long, "-o", "stopped"],
                               stderr=side, stdout=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm"})  # fmt: skip
    os.close(side)
    shown = b""
    until = time.time() + 120
    while time.time() < until and b"a.png, art_one.png, gatys" not in shown:
        try:
            shown += os.read(main, 4096)
        except OSError:  # it ended, and closed the terminal
            break
    check("a terminal shows pair and method", b"1 of 4: a.png, art_one.png, gatys" in shown, shown[-300:])
    process.send_signal(signal.SIGINT)
    status = process.wait(timeout=120)
    check("Ctrl+C ends with 130", status == 130, status)
    check("and what was done is written", os.path.exists("stopped/results.csv"), os.listdir("."))
    check("no temporary file is left", not [n for n in os.listdir("stopped") if n.startswith(".")])


def main():
    prepare()
    done = run(*HERE, "--method", "content")
    if done.returncode == 5:
        check("what computes # SKIP " + done.stderr.strip(), True)
        finish()
    for group in [comparison, resumed, as_json, broken_among_good, bad_input, no_judge, sheets, generators, interrupt]:
        group()
    shutil.rmtree(TOP)
    finish()


main()
