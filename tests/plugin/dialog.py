"""The dialog and what belongs to it, as a user meets them: menu, settings, OK, undo, Cancel."""

import os
import subprocess
import sys
import time

from gimp_stage import BUILD
from gui_stage import Gui, application, click, find, is_sensitive, wait_for
from tap import check, finish

SHOTS = BUILD / "tests/plugin/screenshots"
FAST, GATYS = "Fast Style Transfer", "Gatys Style Transfer"
PIXEL = "pixel(Gimp.get_images()[0].get_layers()[0], 20, 10)"


class Session:
    def __init__(self, picture, library="fake", **environment):
        self.gui = Gui(picture, library, **environment)

    def pixel(self):
        return self.gui.ask(PIXEL)

    def undo_item(self):
        return find(self.gui.app, "menu item", lambda n: n.startswith("Undo"), showing=False)

    def press(self, dialog, button):
        click(find(dialog, "button", button))
        self.gui.wait_until_done()


def set_number(dialog, name, value):
    find(dialog, "spin button", name).queryValue().currentValue = value


def number(dialog, name):
    return find(dialog, "spin button", name).queryValue().currentValue


def test_cancel(session, before):
    dialog, seconds = session.gui.open_dialog(FAST)
    print(f"# menu click to dialog mapped: {seconds:.2f} s")
    check("the dialog opens from the menu", dialog.name == FAST)
    session.gui.screenshot(SHOTS / "fast-style.png")
    session.press(dialog, "Cancel")
    check("Cancel leaves the picture alone",
          session.pixel() == before and not is_sensitive(session.undo_item()))


def test_names(session):
    for label in [FAST, GATYS]:
        dialog, _ = session.gui.open_dialog(label)
        click(find(dialog, "toggle button", "More settings"))
        time.sleep(0.5)
        session.gui.screenshot(SHOTS / f"{label.split()[0].lower()}-more.png")
        nameless = [n for role in ["spin button", "combo box", "slider", "text", "check box"]
                    if (n := find(dialog, role, "", showing=False))]
        check(f"every widget of {label} has a name for screen readers", not nameless, nameless)
        session.press(dialog, "Cancel")


def test_apply(session, before):
    dialog, _ = session.gui.open_dialog(FAST)
    set_number(dialog, "Strength", 0.5)
    session.press(dialog, "OK")
    half = session.pixel()
    check("OK applies what was set", half != before, half)
    item = session.undo_item()
    check("and is one step to undo, named after the filter",
          is_sensitive(item) and FAST in item.name, item.name)
    session.gui.key("ctrl+z")
    check("undo brings the picture back, and was the only step",
          session.pixel() == before and not is_sensitive(session.undo_item()))
    return half


def test_last_values(session, before, half):
    session.gui.key("ctrl+f")
    wait_for("the repeated filter", lambda: session.pixel() != before)
    session.gui.wait_until_done()
    check("Ctrl+F repeats with the last values", session.pixel() == half, session.pixel())
    session.gui.key("ctrl+z")
    dialog, _ = session.gui.open_dialog(FAST)
    check("the dialog remembers the last values", number(dialog, "Strength") == 0.5)
    click(find(dialog, "button", "Reset"))
    click(wait_for("the entry of Reset", lambda: find(
        application("pastiche-gimp"), "button", lambda n: "Factory" in n)))
    wait_for("the default", lambda: number(dialog, "Strength") == 1)
    check("Reset brings the defaults back", True)
    session.press(dialog, "Cancel")


def test_refusal(session):
    dialog, _ = session.gui.open_dialog(GATYS)
    session.press(dialog, "OK")
    message = wait_for("a message", lambda: find(
        session.gui.app, "label", lambda n: "style-file" in n))
    check("what is missing is said in words", "No picture is given" in message.name, message.name)


def test_stop(picture):
    session = Session(picture, PASTICHE_FAKE_SECONDS="600")
    try:
        before = session.pixel()
        dialog, _ = session.gui.open_dialog(FAST)
        click(find(dialog, "button", "OK"))
        bar = wait_for("the progress bar", lambda: find(session.gui.app, "progress bar"))
        wait_for("progress", lambda: bar.queryValue().currentValue > 0)
        session.gui.screenshot(SHOTS / "progress.png")  # its words are in no accessible text
        check("progress is shown", True)
        check("GIMP answers while the filter runs", session.pixel() == before)
        click(find(session.gui.app, "button", "Cancel"))
        session.gui.wait_until_done()
        check("Cancel in the status bar leaves the picture alone",
              session.pixel() == before and not is_sensitive(session.undo_item()))
    finally:
        session.gui.close()


def test_blend(session):
    dialog, _ = session.gui.open_dialog(FAST)
    click(find(dialog, "toggle button", "More settings"))
    entry = wait_for("the blend", lambda: find(dialog, "text", "Blend of styles", showing=False))
    wait_for("the styles", lambda: find(dialog, "menu item", "Great Wave", showing=False))
    count = len(find(dialog, "combo box", "Style")[0])
    for text in ["g", "great-wave:1", "great-wave:1,the-scream:2"]:
        entry.queryEditableText().setTextContents(text)
    combo = find(dialog, "combo box", "Style")
    check("a blend of styles can be typed, and is shown among the styles",
          combo[0][-1].name == "great-wave:1,the-scream:2" and len(combo[0]) == count + 1,
          [item.name for item in combo[0]])
    session.gui.screenshot(SHOTS / "blend.png")
    session.press(dialog, "Cancel")


def test_no_library(picture):
    session = Session(picture, library="none")
    try:
        dialog, _ = session.gui.open_dialog(FAST)
        wait_for("the warning", lambda: find(
            dialog, "label", lambda n: "libpastiche-torch" in n))
        check("the dialog says beforehand that the computing library is missing", True)
        session.gui.screenshot(SHOTS / "no-library.png")
        session.press(dialog, "OK")
        wait_for("the message", lambda: find(
            session.gui.app, "label", lambda n: "libpastiche-torch" in n))
        check("and GIMP says it when the filter is run", True)
    finally:
        session.gui.close()


def test_all(picture):
    session = Session(picture)
    try:
        before = session.pixel()
        test_cancel(session, before)
        half = test_apply(session, before)
        test_last_values(session, before, half)
        test_names(session)
        test_blend(session)
        test_refusal(session)
        complaints = session.gui.complaints()
        check("no library complains about the plug-in", not complaints, complaints)
    except Exception:
        session.gui.screenshot(SHOTS / "failed.png")
        raise
    finally:
        session.gui.close()


picture = BUILD / "tests/plugin/photo.jpg"
subprocess.run(["convert", "-size", "400x300", "gradient:orange-blue", "-quality", "95",
                "-strip", str(picture)], check=True)
test_all(picture)
test_stop(picture)
test_no_library(picture)
finish()
