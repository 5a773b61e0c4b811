"""Menu click to dialog on the screen, LibTorch installed, in seconds: median and worst of ten. Then from the
menu click to the result of Fast Style Transfer in a layer of two megapixels, OK being pressed as soon as there is one,
with nothing in the page cache where root may empty it: median and worst of five.

    ./run exec env LC_ALL=C.UTF-8 PYTHONPATH=tests:tests/plugin PASTICHE_BUILD="$PWD/build/trixie" \\
      PASTICHE_SOURCE="$PWD" xvfb-run -a dbus-run-session -- python3 tests/bench/dialog.py
"""

import pathlib
import statistics
import subprocess
import time

from gimp_stage import BUILD
from gui_stage import Gui, application, click, find, wait_for

FAST, GATYS = "Fast Style Transfer", "Gatys Style Transfer"


def draw(size, name):
    picture = BUILD / "tests/plugin" / name
    subprocess.run(["magick", "-size", size, "plasma:orange-blue", "-strip", str(picture)], check=True)
    return picture


def told(what, times):
    print(f"{what}: median {statistics.median(times):.2f} s, worst {max(times):.2f} s", flush=True)


def empty_page_cache():
    subprocess.run(["sync"], check=True)
    try:
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return "warm"
    return "cold"


def open_dialogs(gui):
    for label in [FAST, GATYS]:
        times = []
        for _ in range(10):
            dialog, seconds = gui.open_dialog(label)
            times.append(seconds)
            click(find(dialog, "button", "Cancel"))
            gui.wait_until_done()
        told(label, times)


def menu_to_result(gui):
    opened, painted = [], []
    for _ in range(5):
        state = empty_page_cache()
        dialog, seconds = gui.open_dialog(FAST)
        begin = time.monotonic()
        click(find(dialog, "button", "OK"))
        wait_for("the result", lambda: application("pastiche-gimp") is None)
        opened.append(seconds)
        painted.append(time.monotonic() - begin)
    told(f"{FAST}, two megapixels, {state}, to the dialog", opened)
    told("from OK to the result", painted)
    told("both", [a + b for a, b in zip(opened, painted)])


for measure, picture in [(open_dialogs, draw("400x300", "photo.jpg")), (menu_to_result, draw("1632x1224", "two.png"))]:
    gui = Gui(picture, library="real")
    try:
        measure(gui)
    finally:
        gui.close()
