"""The dialogs of the filters that make pictures: a sheet of seeds, classes, layers, a new image."""

import subprocess
import sys
import time

from gimp_stage import BUILD, SOURCE
from gui_stage import Gui, application, click, find, is_sensitive, wait_for
from tap import check, finish

sys.path.insert(0, str(SOURCE / "tests/cli"))
import fixtures

SHOTS = BUILD / "tests/plugin/screenshots"
RENDER, CREATE = ["Filters", "Render", "Pastiche"], ["File", "Create", "Pastiche"]
NAMES = "[layer.get_name() for layer in Gimp.get_images()[%d].get_layers()]"


def seed(dialog):
    return find(dialog, "spin button", "Seed")


def tile(dialog, number):
    found = find(dialog, "list item", f"Seed {number}", showing=False)
    return found if found and is_sensitive(found) else None


def is_chosen(tile):
    return tile.parent.querySelection().isChildSelected(tile.getIndexInParent())


def take(tile):
    tile.parent.querySelection().selectChild(tile.getIndexInParent())


def choose(dialog, combo, item):
    """What a combo box offers, by its name."""
    box = find(dialog, "combo box", combo)
    row = wait_for(item, lambda: find(box, "menu item", item, showing=False))
    box.querySelection().selectChild(row.getIndexInParent())
    wait_for(f"{item} to be chosen", lambda: chosen_in(dialog, combo) == item)


def chosen_in(dialog, combo):
    return find(dialog, "combo box", combo).querySelection().getSelectedChild(0).name


def open_generate(gui, menus):
    dialog, seconds = gui.open_dialog("Generate", *menus)
    print(f"# menu click to dialog mapped: {seconds:.2f} s")
    wait_for("the models", lambda: find(dialog, "menu item", "Tiny Faces", showing=False))
    choose(dialog, "Model", "Tiny Faces")
    time.sleep(1)  # the sheet of the model before may still be there
    wait_for("the sheet", lambda: tile(dialog, int(seed(dialog).queryValue().currentValue)))
    return dialog


def test_sheet(gui):
    dialog = open_generate(gui, RENDER)
    check("a sheet shows sixteen seeds, the first is chosen", is_chosen(tile(dialog, 0)) and
          tile(dialog, 15) and not tile(dialog, 16))
    gui.screenshot(SHOTS / "generate.png")
    take(tile(dialog, 5))
    wait_for("the seed", lambda: seed(dialog).queryValue().currentValue == 5)
    check("a click takes a seed, and the sheet stays", is_chosen(tile(dialog, 5)) and tile(dialog, 0))
    seed(dialog).queryValue().currentValue = 100
    wait_for("the new sheet", lambda: tile(dialog, 115))
    check("a seed that is not on it starts a sheet", is_chosen(tile(dialog, 100)))
    click(find(dialog, "button", "Randomise"))
    wait_for("other seeds", lambda: seed(dialog).queryValue().currentValue != 100)
    random = int(seed(dialog).queryValue().currentValue)
    wait_for("the random sheet", lambda: tile(dialog, random + 15))
    check("Randomise shows sixteen others", is_chosen(tile(dialog, random)) and not tile(dialog, 100))
    return dialog


def test_layers(gui, dialog):
    check("the classes of the model are offered", find(dialog, "menu item", "Female", showing=False))
    choose(dialog, "Class", "Female")
    choose(dialog, "Model", "Plain")
    wait_for("no classes", lambda: not is_sensitive(find(dialog, "combo box", "Class")))
    check("a model without classes offers none", True)
    layer = find(dialog, "check box", lambda n: "layer" in n)
    check("a model that rebuilds nothing takes no layer", not is_sensitive(layer))
    choose(dialog, "Model", "Rebuilder")
    wait_for("one that does", lambda: is_sensitive(layer))
    click(layer)
    find(dialog, "spin button", "Vary").queryValue().currentValue = 3
    time.sleep(1)
    wait_for("its samples", lambda: tile(dialog, int(seed(dialog).queryValue().currentValue)))
    gui.screenshot(SHOTS / "rebuild.png")
    choose(dialog, "Model", "Tiny Faces")
    wait_for("no layer", lambda: not is_sensitive(layer))
    choose(dialog, "Class", "Female")
    seed(dialog).queryValue().currentValue = 7
    find(dialog, "spin button", "Count").queryValue().currentValue = 4
    wait_for("the sheet", lambda: tile(dialog, 22))
    gui.screenshot(SHOTS / "generate-class.png")
    before = gui.ask(NAMES % 0)
    click(find(dialog, "button", "OK"))
    wait_for("the layers", lambda: len(eval(gui.ask(NAMES % 0))) > 4)
    gui.wait_until_done()
    names = eval(gui.ask(NAMES % 0))
    check("OK makes four layers", names[:4] == [f"tiny-faces, female, seed {n}" for n in [10, 9, 8, 7]],
          names)
    gui.screenshot(SHOTS / "generated.png")
    gui.key("ctrl+z")
    undo = find(gui.app, "menu item", lambda n: n.startswith("Undo"), showing=False)
    check("which is one step to undo, the only one", gui.ask(NAMES % 0) == before and
          not is_sensitive(undo), f"{gui.ask(NAMES % 0)} {undo.name}")


def test_texture(gui):
    dialog, _ = gui.open_dialog("Texture", *RENDER)
    wait_for("the models", lambda: find(dialog, "menu item", "Grounds", showing=False))
    choose(dialog, "Model", "Grounds")
    moss = wait_for("the textures", lambda: find(dialog, "list item", "Moss", showing=False))
    take(moss)
    wait_for("the sheet", lambda: tile(dialog, 3))
    check("a sheet shows four samples of a texture", is_chosen(tile(dialog, 0)) and
          not tile(dialog, 4))
    gui.screenshot(SHOTS / "texture.png")
    click(find(dialog, "button", "Cancel"))
    gui.wait_until_done()


def plug_in_dialog(title):
    return wait_for(title, lambda: find(application("pastiche-gimp"), "dialog", title))


def test_own_texture(gui):
    dialog, _ = gui.open_dialog("Learn Texture from Layer")
    wait_for("the model", lambda: find(dialog, "menu item", "Grounds", showing=False))
    gui.screenshot(SHOTS / "learn-texture.png")
    click(find(dialog, "button", "Learn"))
    told = plug_in_dialog("Photo is learnt")
    gui.screenshot(SHOTS / "learnt-texture.png")
    click(find(told, "button", "Close"))
    gui.wait_until_done()
    dialog, _ = gui.open_dialog("Texture", *RENDER)
    wait_for("the texture", lambda: find(dialog, "list item", "Photo", showing=False))
    check("what was learnt is chosen", chosen_in(dialog, "Model") == "Photo")
    click(find(dialog, "button", "Rename..."))
    question = plug_in_dialog("Rename Photo")
    find(question, "text", "Name").queryEditableText().setTextContents("Dusk")
    click(find(question, "button", "Rename"))
    wait_for("the new name", lambda: chosen_in(dialog, "Model") == "Dusk")
    check("an own texture is renamed with its model", True)
    gui.screenshot(SHOTS / "own-texture.png")
    click(find(dialog, "button", "Cancel"))
    gui.wait_until_done()


def test_new_image(gui):
    dialog = open_generate(gui, CREATE)
    check("without an image there is no layer to start from, and no place to ask for",
          not find(dialog, "check box", lambda n: "layer" in n) and
          not find(dialog, "combo box", "Result in"))
    gui.screenshot(SHOTS / "create.png")
    click(find(dialog, "button", "OK"))
    gui.wait_until_done()
    wait_for("the image", lambda: gui.ask("len(Gimp.get_images())") == "2")
    check("File > Create makes a new image", True)
    gui.screenshot(SHOTS / "created.png")


def test_all(picture):
    models = {"tiny-faces.safetensors": fixtures.generator(["female", "male"]),
              "plain.safetensors": fixtures.generator(),
              "rebuilder.safetensors": fixtures.generator(rebuilds=True),
              "grounds.safetensors": fixtures.safetensors(
                  {}, {"architecture": "texture", "styles": '["bark", "moss"]'})}
    gui = Gui(picture, "real" if "real" in sys.argv else "fake", models)
    try:
        test_layers(gui, test_sheet(gui))
        test_texture(gui)
        test_own_texture(gui)
        test_new_image(gui)
        complaints = gui.complaints()
        check("no library complains about the plug-in", not complaints, complaints)
    except Exception:
        gui.screenshot(SHOTS / "failed.png")
        raise
    finally:
        gui.close()


picture = BUILD / "tests/plugin/photo.jpg"
subprocess.run(["convert", "-size", "400x300", "gradient:orange-blue", "-quality", "95",
                "-strip", str(picture)], check=True)
test_all(picture)
finish()
