"""The plug-in where a part of it is missing, moved or unreadable: installed elsewhere, without the
computing library, without a model, in another language."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from gimp_stage import BUILD, SOURCE, Stage
from tap import check, finish

PHOTO = """
from gi.repository import Gimp
from gimp_calls import *
image, layer = new_image()
"""


def python(stage, code, **environment):
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(PHOTO + code)
        script.flush()
        return stage.run_python(script.name, **environment)


def test_no_library():
    stage = Stage("none")
    _, output = python(stage, """
for name in ["gatys", "fast-style"]:
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-pastiche-" + name)
    print("entry", name, procedure.get_menu_label())
""")
    check("without the computing library both entries are there",
          output.count("entry ") == 2 and output.count("...") >= 2, output)
    status, output = python(stage, """
before = read(layer)
print(call("fast-style", image, [layer]))
print("same", read(layer) == before)
""")
    check("and say what is missing when they are run",
          "libpastiche-torch" in output and "EXECUTION_ERROR" in output, output)
    check("and leave the layer alone", "same True" in output, output)
    stage.remove()


def test_no_model():
    stage = Stage("real")
    _, output = python(stage, 'print(call("fast-style", image, [layer], model="no-such-model"))')
    check("a model that is not there is named", "no-such-model" in output and
          "EXECUTION_ERROR" in output, output)
    stage.remove()


def test_installed():
    with tempfile.TemporaryDirectory() as folder:
        installed = subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild",
                                    "--destdir", folder], capture_output=True, text=True)
        found = list(Path(folder).rglob("plug-ins/pastiche-gimp"))
        check("the plug-in is installed in a folder of its own", len(found) == 1, installed.stdout)
        stage = Stage(plug_in=found[0])
        environment = {"LD_LIBRARY_PATH": ""}
        status, output = python(stage, 'print(call("fast-style", image, [layer], strength=0.0))',
                                **environment)
        check("installed, it finds the engine by itself, wherever that was moved to",
              "SUCCESS" in output, output)
        for language, word in [("fr_FR.UTF-8", "rapide"), ("de_DE.UTF-8", "Schnelle")]:
            if language.lower().replace("-", "") not in subprocess.run(
                    ["locale", "-a"], capture_output=True, text=True).stdout.lower():
                check(f"{language} # SKIP the system does not have it", True)
                continue
            _, output = python(stage, """
print(Gimp.get_pdb().lookup_procedure("plug-in-pastiche-fast-style").get_menu_label())
""", LC_ALL=language, LANG=language, LANGUAGE=language[:2], **environment)
            check(f"it speaks {language}", word in output, output)
        executables = [p for p in found[0].iterdir() if p.is_file() and os.access(p, os.X_OK)]
        check("nothing else in its folder can be run", len(executables) == 1, executables)
        stage.remove()


def processes(program):
    """The ids of the processes in which a plug-in runs a procedure, and does not tell of itself."""
    return [p.name for p in Path("/proc").glob("[0-9]*")
            if os.path.exists(p / "exe") and os.path.realpath(p / "exe") == str(program)
            and b"\0-run\0" in (p / "cmdline").read_bytes()]


def wait_for(question, seconds=120):
    end = time.monotonic() + seconds
    while not question() and time.monotonic() < end:
        time.sleep(0.1)
    return question()


def test_no_gimp():
    stage = Stage("fake")
    program = stage.plug_ins / "pastiche-gimp/pastiche-gimp"
    expression = """(begin (script-fu-use-v3)
      (let ((image (gimp-file-load RUN-NONINTERACTIVE "PICTURE")))
        (plug-in-pastiche-fast-style #:image image
                                     #:drawables (gimp-image-get-selected-drawables image))))"""
    gimp = subprocess.Popen(
        stage.command(expression.replace("PICTURE", str(SOURCE / "data/pictures/cutout.png"))),
        env=stage.environment(PASTICHE_FAKE_SECONDS="600"), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started = wait_for(lambda: processes(program))
    time.sleep(2)
    check("a plug-in at work runs beside GIMP", started and processes(program))
    gimp.kill()
    gimp.wait()
    check("and ends when GIMP is killed", wait_for(lambda: not processes(program)),
          processes(program))
    stage.remove()


test_no_gimp()
test_no_library()
test_no_model()
test_installed()
finish()
