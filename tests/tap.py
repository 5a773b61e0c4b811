"""For test scripts in Python: call check() for each thing tested, and finish() at the end.

Prints TAP; meson.build says: test(NAME, SCRIPT, protocol: 'tap', env: test_env).
"""

import os
import sys

# Meson sets it for everything that links a library of the build; what is tested here has to find its
# libraries itself, as it must at a user's.
os.environ.pop("LD_LIBRARY_PATH", None)

_results = []


def check(name, passed, detail=""):
    """Reports one test; `detail` is shown when it failed."""
    _results.append(bool(passed))
    print(f"{'ok' if passed else 'not ok'} {len(_results)} - {name}", flush=True)
    if not passed:
        for line in str(detail).splitlines():
            print(f"# {line}", flush=True)


def finish():
    """Prints the plan and ends the script."""
    print(f"1..{len(_results)}")
    sys.exit(0 if all(_results) else 1)
