"""Runs a test script (TAP) inside GIMP: run_in_gimp.py SCRIPT LIBRARY [PLUG_IN_FOLDER]."""

import re
import sys

from gimp_stage import Stage

stage = Stage(sys.argv[2], *sys.argv[3:])
try:
    status, output = stage.run_python(sys.argv[1])
finally:
    stage.remove()
lines = output.splitlines()
print(*(l for l in lines if re.match(r"(not )?ok \d|#|1\.\.", l)), sep="\n")
if not any(l.startswith("1..") for l in lines):
    print(*(f"# {l}" for l in lines[-40:] if l), f"Bail out! GIMP ended with {status}.", sep="\n")
    sys.exit(1)
