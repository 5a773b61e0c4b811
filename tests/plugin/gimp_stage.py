"""A GIMP of one's own to test the plug-in in: a fresh profile, few plug-ins (starts in a second),
and this build's plug-in beside the computing library that the test wants."""

import os
import pathlib
import shutil
import subprocess
import tempfile

BUILD = pathlib.Path(os.environ["PASTICHE_BUILD"])
SOURCE = pathlib.Path(os.environ["PASTICHE_SOURCE"])
FAKE_LIBRARY = BUILD / "tests/plugin/libpastiche-fake.so"
STOCK = ["file-gif-export", "file-jpeg", "file-png", "python-eval", "script-fu"]

# What GIMP and its own plug-ins say in a session without windows, whatever one does.
NOISE = ["gimp_flush(): error: Broken pipe", "stale context", "stray image", "cannot open display",
         "gimp_wire_read(): unexpected EOF", "scriptfu-WARNING", "catalog directory does not exist"]


def _pkg_config(variable):
    return subprocess.run(["pkg-config", f"--variable={variable}", "gimp-3.0"],
                          check=True, capture_output=True, text=True).stdout.strip()


def execute(script):
    """The Python that runs a Python file."""
    return f"exec(compile(open({str(script)!r}).read(), {str(script)!r}, 'exec'))"


class Stage:
    """`library` is "fake" (fake_backend.cpp), "real", or "none": no computing library at all."""

    def __init__(self, library="fake", plug_in=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pastiche-gimp-"))
        self.plug_ins = self.folder / "gimp-plugin"
        self.plug_ins.mkdir()
        if plug_in:
            (self.plug_ins / "pastiche-gimp").symlink_to(plug_in)
        elif library == "real":
            (self.plug_ins / "pastiche-gimp").symlink_to(BUILD / "gimp-plugin/pastiche-gimp")
        else:
            self._copy(library)
        for name in STOCK:
            (self.plug_ins / name).symlink_to(
                pathlib.Path(_pkg_config("gimplibdir")) / "plug-ins" / name)
        self._write_profile()

    def _copy(self, library):
        """The same layout as the build tree: the plug-in finds ../../engine by its RPATH."""
        shutil.copytree(BUILD / "gimp-plugin/pastiche-gimp", self.plug_ins / "pastiche-gimp",
                        ignore=shutil.ignore_patterns("*.p"))
        engine = self.folder / "engine"
        engine.mkdir()
        for file in ["libpastiche.so", "models.path"]:
            shutil.copy(BUILD / "engine" / file, engine / file)
        if library == "fake":
            shutil.copy(FAKE_LIBRARY, engine / "libpastiche-torch.so")

    def _write_profile(self):
        profile = self.folder / "profile"
        profile.mkdir()
        version = subprocess.run(["pkg-config", "--modversion", "gimp-3.0"], check=True,
                                 capture_output=True, text=True).stdout.strip()
        (profile / "gimprc").write_text(
            f'(config-version "{version}")\n(show-welcome-dialog no)\n(check-updates no)\n')

    def environment(self, **more):
        # Not Meson's LD_LIBRARY_PATH: it would win over the engine beside this stage's plug-in.
        own = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
        return {**own, "XDG_DATA_HOME": str(self.folder / "data"), "GIMP3_DIRECTORY": str(self.folder / "profile"),
                "GIMP_TESTING_PLUGINDIRS": str(self.plug_ins), **more}

    @staticmethod
    def command(batch, interpreter="plug-in-script-fu-eval"):
        return ["gimp-console-3.0", "-n", "-i", "-d", "-f", "-s", "--quit",
                f"--batch-interpreter={interpreter}", "-b", batch]

    def run(self, batch, interpreter="plug-in-script-fu-eval", cwd=None, **env):
        """Runs one batch without windows; (status, what was printed without GIMP's noise)."""
        done = subprocess.run(self.command(batch, interpreter), cwd=cwd,
                              env=self.environment(**env), text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=800)
        lines = [l for l in done.stdout.splitlines() if not any(n in l for n in NOISE)]
        return done.returncode, "\n".join(lines)

    def run_python(self, script, **env):
        """Runs a Python file inside GIMP."""
        return self.run(execute(script), "python-fu-eval", **env)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
