"""A GIMP with windows, for scripts that click: start it inside xvfb-run and dbus-run-session."""

import pathlib
import socket
import subprocess
import time

import pyatspi

from gimp_stage import SOURCE, Stage, execute


def wait_for(what, question, seconds=120):
    """The first true answer; TimeoutError, which names `what`, when there is none in time, which is
    long: a busy machine is no failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answer := question():
                return answer
        except Exception:  # a window that goes away while it is looked at
            pass
        time.sleep(0.02)
    raise TimeoutError(f"waited {seconds} s for {what}")


def application(name):
    return next((a for a in pyatspi.Registry.getDesktop(0) if a and a.name == name), None)


def is_showing(node):
    return node.getState().contains(pyatspi.STATE_SHOWING)


def is_sensitive(node):
    return node.getState().contains(pyatspi.STATE_SENSITIVE)


def find(node, role, name=None, showing=True):
    """The first accessible of that role and name (a text or a question), breadth first; what goes
    away while it is looked at is not there."""
    nodes = [node]
    while nodes:
        node = nodes.pop(0)
        if node is None:
            continue
        try:
            if node.getRoleName() == role and (name is None or node.name == name or
                                               (callable(name) and name(node.name))):
                if is_showing(node) or not showing:
                    return node
            nodes.extend(node)
        except Exception:
            continue
    return None


def click(node):
    node.queryAction().doAction(0)


class Gui:
    """GIMP with one picture open, and an ear for questions: see ask()."""

    def __init__(self, picture, library="fake", models={}, **environment):
        """`models`: files of the user's own, by name."""
        self.stage = Stage(library)
        for name, data in models.items():
            file = self.stage.folder / "data/pastiche/models" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        self.ear = self.stage.folder / "ear"
        self.manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.log = open(self.stage.folder / "gimp.log", "w+")
        self.gimp = subprocess.Popen(
            ["gimp-3.0", "-n", "-s", "--batch-interpreter=python-fu-eval",
             "-b", execute(SOURCE / "tests/plugin/ear.py"), str(picture)],
            env=self.stage.environment(PASTICHE_EAR=str(self.ear), **environment),
            stdout=self.log, stderr=self.log)
        self.app = wait_for("GIMP", lambda: application("gimp"))
        wait_for("the picture", lambda: self.ask("len(Gimp.get_images())") == "1")

    def ask(self, question):
        """The repr of a Python expression's value inside GIMP."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self.ear))
            with connection.makefile("rw") as stream:
                stream.write(question + "\n")
                stream.flush()
                return stream.read()

    def menu_item(self, name, *menus):
        """The entry below those menus, or wherever it is."""
        def look():
            node = self.app
            for menu in menus:
                node = find(node, "menu", menu, showing=False)
            return find(node, "menu item", name, showing=False)
        return wait_for(f"the menu entry {name}", look)

    def open_dialog(self, label, *menus):
        """Clicks the menu entry; (the dialog, the seconds until its window was mapped)."""
        item = self.menu_item(label + "...", *menus)
        wait_for(f"{label} to be sensitive", lambda: is_sensitive(item))
        begin = time.monotonic()
        click(item)
        wait_for("the dialog's window", lambda: subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", f"^{label}$"],
            capture_output=True).returncode == 0)
        seconds = time.monotonic() - begin
        return wait_for("the dialog", lambda: find(application("pastiche-gimp"), "dialog")), seconds

    def wait_until_done(self):
        wait_for("the plug-in to end", lambda: application("pastiche-gimp") is None)
        time.sleep(0.3)

    def key(self, keys):
        """Presses keys in GIMP's own window."""
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "– GIMP$"],
                                capture_output=True, text=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowactivate", "--sync", window])
        subprocess.run(["xdotool", "key", keys])
        time.sleep(0.5)

    def complaints(self):
        """What GTK, GLib or GIMP said about the plug-in on stderr."""
        self.log.seek(0)
        return [line for line in self.log if "(pastiche-gimp:" in line and "Broken pipe" not in line]

    @staticmethod
    def screenshot(path):
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["xdotool", "mousemove", "2000", "2000"])  # no tooltip in the picture
        time.sleep(0.7)
        subprocess.run(["import", "-window", "root", str(path)])

    def close(self):
        for process in [self.gimp, self.manager]:
            process.kill()
            process.wait()
        self.stage.remove()
