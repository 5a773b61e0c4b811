#!/usr/bin/env python3
"""totals.py TITLE=BUILD...: what the latest `meson test` in each build folder came to.

Prints what failed and what was skipped, a line per build, and at the end, alone on a line, the sum:
"N passed, N failed". Ends with 1 if anything failed or nothing ran.
"""

import json
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

BROKEN = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}


def cases(logs):
    """(test program, case, "passed" | "failed" | "skipped") for each case that reported itself."""
    for suite in xml.parse(logs / "testlog.junit.xml").iter("testsuite"):
        for case in suite.iter("testcase"):
            name = f"{suite.get('name')}: {case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                yield name, "failed"
            elif case.find("skipped") is not None or case.get("status") == "notrun":
                yield name, "skipped"
            else:
                yield name, "passed"


def programs(logs):
    """(test program, Meson's result) for each program that ran."""
    for line in (logs / "testlog.json").read_text().splitlines():
        program = json.loads(line)
        yield program["name"], program["result"]


def verdicts(build):
    """All cases of one build. A program that broke without a failed case of its own counts as one."""
    logs = Path(build) / "meson-logs"
    found = list(cases(logs))
    blamed = [case for case, verdict in found if verdict == "failed"]
    for name, result in programs(logs):
        if result in BROKEN and not any(name in case for case in blamed):
            found.append((f"{name} ({result.lower()})", "failed"))
    return found


def main(builds):
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for title, build in (argument.split("=", 1) for argument in builds):
        count = dict.fromkeys(total, 0)
        for name, verdict in verdicts(build):
            count[verdict] += 1
            if verdict != "passed":
                print(f"{verdict}: {name}")
        print(f"{title}: " + ", ".join(f"{number} {verdict}" for verdict, number in count.items()))
        for verdict, number in count.items():
            total[verdict] += number
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
