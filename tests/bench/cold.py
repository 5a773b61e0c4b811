"""Where the time goes from the call of Fast Style Transfer in GIMP to its result in the layer: two megapixels,
GIMP without windows, nothing in the page cache where root may empty it. Needs strace, whose own share is small:
it stops the few system calls that are marks here, and no others.

    ./run exec env PYTHONPATH=tests:tests/plugin PASTICHE_BUILD="$PWD/build/trixie" PASTICHE_SOURCE="$PWD" \\
      python3 tests/bench/cold.py [RUNS [PLUG_IN_FOLDER...]]

With several folders (of other builds) they are measured in turns. Times are medians, in milliseconds.
"""

import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from gimp_stage import BUILD, Stage

# What the plug-in's process has done when the call that matches is made. LibTorch is opened by a thread.
MARKS = {
    "process, GEGL": r"write.*gimp-drawable-mask-intersect",
    "opening LibTorch": r"openat.*libpastiche-torch",
    "pixels read": r"write.*gimp-progress-init",
    "LibTorch open": r"openat.*manifest\.json",
    "painted": r"write.*gimp-progress-end",
    "written": r"write.*gimp-drawable-merge-shadow",
    "merged by GIMP": r"write.*gimp-item-attach-parasite",
    "answered": r"write.*plug-in-pastiche-fast-style",
    "gone": r"\+\+\+ exited",
}


def empty_page_cache():
    subprocess.run(["sync"], check=True)
    try:
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return "warm, for only root may empty the page cache"
    return "cold"


def call(stage, picture, log):
    batch = f"""(begin (script-fu-use-v3) (let ((image (gimp-file-load RUN-NONINTERACTIVE "{picture}")))
      (plug-in-pastiche-fast-style #:image image #:drawables (gimp-image-get-selected-drawables image))))"""
    subprocess.run(["strace", "-f", "-ttt", "--seccomp-bpf", "-s", "120", "-o", str(log),
                    "-e", "trace=execve,openat,write", *stage.command(" ".join(batch.split()))],
                   env=stage.environment(), check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip


def timeline(log):
    """Milliseconds from the plug-in's start to each mark; "GIMP" is how long that took to come to it."""
    rows = [re.match(r"(\d+) +(\d+\.\d+) (.*)", line).groups() for line in log.read_text(errors="replace").splitlines()]
    pid, start = next((p, float(t)) for p, t, what in rows if re.search(r'execve.*/pastiche-gimp".*"-run"', what))
    times = {"GIMP": 1000 * (start - float(rows[0][1]))}
    for p, t, what in rows:
        for mark, pattern in MARKS.items():
            ours = p == pid or mark in ("opening LibTorch", "LibTorch open")
            if float(t) >= start and ours and mark not in times and re.match(pattern, what) and "ENOENT" not in what:
                times[mark] = 1000 * (float(t) - start)
    return times


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folders = sys.argv[2:] or [str(BUILD / "gimp-plugin/pastiche-gimp")]
    stages = [Stage(plug_in=folder) for folder in folders]
    found = [[] for _ in folders]
    with tempfile.TemporaryDirectory() as folder:
        picture, log = pathlib.Path(folder) / "two.png", pathlib.Path(folder) / "log"
        subprocess.run(["magick", "-size", "1632x1224", "plasma:red-blue", "-depth", "8", picture], check=True)
        for i in range(runs + 1):
            for stage, times in zip(stages, found):
                state = empty_page_cache()
                call(stage, picture, log)
                if i > 0:  # a new profile's first start asks all plug-ins
                    times.append(timeline(log))
    for stage in stages:
        stage.remove()
    print(f"{state}, {runs} runs")
    for name in ["GIMP", *MARKS]:
        columns = [f"{statistics.median(t[name] for t in times if name in t):9.0f}" for times in found]
        print(f"{name:<18}{''.join(columns)}")


main()
