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
LEARN = "Learn Style from Layer"
PIXEL = "pixel(Gimp.get_images()[0].get_layers()[0], 20, 10)"


class Session:
    def __init__(self, picture, library="fake", **environment):
        self.gui = Gui(picture, library, **environment)

    def pixel(self):
        return self.gui.ask(PIXEL)

    def undo_item(self):
        return find(self.gui.app, "menu item", lambda n: n.startswith("Undo"), showing=False)

    def own_files(self):
        """What is in the user's folder of models."""
        folder = self.gui.stage.folder / "data/pastiche/models"
        return sorted(f.name for f in folder.iterdir()) if folder.exists() else []

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


def test_estimate(session):
    """The fake library takes a minute and a GiB for each megapixel; half of the minute at half the strength."""
    dialog, _ = session.gui.open_dialog(FAST)
    about = lambda words: wait_for(words, lambda: find(dialog, "label", words))  # noqa: E731
    set_number(dialog, "Strength", 1)
    about("About 7.2 s and 123 MiB on cpu (fp32)")
    set_number(dialog, "Strength", 0.5)
    about("About 3.6 s and 123 MiB on cpu (fp32)")
    check("the dialog says what time and memory it will take", True)
    session.gui.screenshot(SHOTS / "estimate.png")
    click(find(dialog, "button", "Cancel"))
    session.gui.wait_until_done()
    dialog, _ = session.gui.open_dialog(GATYS)
    time.sleep(1)
    check("and nothing while a picture is missing",
          not find(dialog, "label", lambda n: n.startswith("About")))
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
        test_stop_learning(session)
    finally:
        session.gui.close()


def tile(node, title):
    return find(node, "list item", title, showing=False)  # or scrolled to


def take(tile):
    """Ctrl+click: adds it to what is chosen."""
    tile.parent.querySelection().selectChild(tile.getIndexInParent())


def is_chosen(tile):
    return tile.parent.querySelection().isChildSelected(tile.getIndexInParent())


def text_in(dialog, name):
    return find(dialog, "text", name, showing=False).queryText().getText(0, -1)


def test_gallery(session):
    dialog, _ = session.gui.open_dialog(FAST)
    first = wait_for("the styles", lambda: tile(dialog, "Starry Night"))
    check("the styles are shown, the first is chosen", is_chosen(first) and
          not is_chosen(tile(dialog, "Great Wave")))
    check("bundled styles cannot be renamed", not find(dialog, "button", "Rename..."))
    take(tile(dialog, "Great Wave"))
    weight = wait_for("the weight", lambda: find(dialog, "slider", "Great Wave"))
    weight.queryValue().currentValue = 2
    click(find(dialog, "toggle button", "More settings"))
    blend = wait_for("the blend", lambda: text_in(dialog, "Blend"))
    check("several styles are blended with weights", blend == "starry-night,great-wave:2", blend)
    session.gui.screenshot(SHOTS / "blend.png")
    entry = find(dialog, "text", "Blend", showing=False)
    for text in ["t", "great-wave:1", "the-scream:1"]:
        entry.queryEditableText().setTextContents(text)
    wait_for("the one style", lambda: not find(dialog, "slider", "Great Wave"))
    check("what is typed is chosen", is_chosen(tile(dialog, "The Scream")) and not is_chosen(first))
    session.press(dialog, "Cancel")


def test_picture_gallery(session, before):
    dialog, _ = session.gui.open_dialog(GATYS)
    click(find(dialog, "button", "Gallery..."))
    gallery = plug_in_dialog("Gallery")
    etching = wait_for("the pictures", lambda: tile(gallery, "Etching"))
    check("a gallery opens with nothing chosen", not is_chosen(etching.parent[0]))
    take(etching)
    session.gui.screenshot(SHOTS / "gallery.png")
    click(find(gallery, "button", "Open"))
    wait_for("the picture", lambda: find(dialog, "icon", "etching.jpg", showing=False))
    session.gui.screenshot(SHOTS / "style-picture.png")
    session.press(dialog, "OK")
    check("a style is taken from the gallery", session.pixel() != before, session.pixel())
    session.gui.key("ctrl+z")


def learn(session):
    dialog, _ = session.gui.open_dialog(LEARN)
    wait_for("the model", lambda: find(dialog, "menu item", "Pastiche Styles", showing=False))
    session.gui.screenshot(SHOTS / "learn.png")
    click(find(dialog, "button", "Learn"))


def plug_in_dialog(title):
    return wait_for(title, lambda: find(application("pastiche-gimp"), "dialog", title))


def test_learn(session):
    learn(session)
    told = wait_for("the end", lambda: find(
        application("pastiche-gimp"), "dialog", "Photo is learnt"))
    advice = find(told, "label", lambda n: "more steps would bring more" in n)
    check("the trainer's advice is shown", advice)
    session.gui.screenshot(SHOTS / "learnt.png")
    session.press(told, "Close")
    dialog, _ = session.gui.open_dialog(FAST)
    new = wait_for("the new style", lambda: tile(dialog, "Photo"))
    check("what was learnt is in the list, and chosen", is_chosen(new))
    session.gui.screenshot(SHOTS / "own-style.png")
    click(find(dialog, "button", "Rename..."))
    question = plug_in_dialog("Rename Photo")
    find(question, "text", "Name").queryEditableText().setTextContents("Dusk at Sea")
    session.gui.screenshot(SHOTS / "rename.png")
    click(find(question, "button", "Rename"))
    wait_for("the new name", lambda: is_chosen(tile(dialog, "Dusk At Sea")))
    check("an own style is renamed", not tile(dialog, "Photo"))
    for button, kept in [("Cancel", True), ("Remove", False)]:
        click(find(dialog, "button", "Remove..."))
        sure = wait_for("the question", lambda: find(
            application("pastiche-gimp"), "alert"))
        session.gui.screenshot(SHOTS / "remove.png")
        click(find(sure, "button", button))
        wait_for("the answer", lambda: not find(application("pastiche-gimp"), "alert"))
        wait_for(f"the styles after {button}",
                 lambda: bool(tile(dialog, "Dusk At Sea")) == kept)
    check("an own style is removed when one is sure", session.own_files() == ["manifest.json"],
          session.own_files())
    session.press(dialog, "Cancel")


def test_stop_learning(session):
    learn(session)
    window = plug_in_dialog("Learning the style Photo")
    bar = find(window, "progress bar")
    wait_for("progress", lambda: bar.queryValue().currentValue > 0)
    session.gui.screenshot(SHOTS / "learning.png")
    check("learning is shown in a window", find(window, "label", lambda n: "Step" in n))
    session.press(window, "Cancel")
    check("a stopped learning leaves nothing behind", session.own_files() == [],
          session.own_files())


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
        test_estimate(session)
        test_gallery(session)
        test_refusal(session)
        test_picture_gallery(session, before)
        test_learn(session)
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
