"""Menu click to dialog on the screen, LibTorch installed, in seconds: median and worst of ten.

    ./run exec env LC_ALL=C.UTF-8 PYTHONPATH=tests:tests/plugin PASTICHE_BUILD="$PWD/build/trixie" \\
      PASTICHE_SOURCE="$PWD" xvfb-run -a dbus-run-session -- python3 tests/bench/dialog.py
"""

import statistics
import subprocess

from gimp_stage import BUILD
from gui_stage import Gui, click, find

picture = BUILD / "tests/plugin/photo.jpg"
subprocess.run(["convert", "-size", "400x300", "gradient:orange-blue", "-strip", str(picture)],
               check=True)
gui = Gui(picture, library="real")
try:
    for label in ["Fast Style Transfer", "Gatys Style Transfer"]:
        times = []
        for _ in range(10):
            dialog, seconds = gui.open_dialog(label)
            times.append(seconds)
            click(find(dialog, "button", "Cancel"))
            gui.wait_until_done()
        print(f"{label}: median {statistics.median(times):.2f} s, worst {max(times):.2f} s")
finally:
    gui.close()
