# Runs inside GIMP, on the fake library: arguments, refusals, where results go.

import json
import os
import tempfile

from gi.repository import Gio

from gimp_calls import *
from tap import check, finish

FOLDER = tempfile.mkdtemp()


def picture_file(name, colour, width=8, height=8, alpha=True):
    image, layer = new_image(width, height, alpha=alpha)
    write(layer, bytes(colour) * (width * height), "R'G'B'A u8")
    path = os.path.join(FOLDER, name)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(path), None)
    image.delete()
    return path


def recipe_of(drawable):
    parasite = drawable.get_parasite("pastiche-recipe")
    return json.loads(bytes(parasite.get_data()).decode()) if parasite else None


def refused(name, image, drawables, status, *words, filter="fast-style", **settings):
    got, sentence, _ = call(filter, image, drawables, **settings)
    check(f"refused: {name}", got == status and all(w in sentence for w in words) and
          sentence.endswith(".") and "\n" not in sentence, f"{got} {sentence}")


EXECUTION, CALLING = Gimp.PDBStatusType.EXECUTION_ERROR, Gimp.PDBStatusType.CALLING_ERROR


def test_the_menu():
    for filter in ["gatys", "fast-style", "style-from-image"]:
        procedure = Gimp.get_pdb().lookup_procedure("plug-in-pastiche-" + filter)
        check(f"{filter} is in the menu, with dots", procedure.get_menu_label().endswith("...") and
              procedure.get_menu_paths() == ["<Image>/Filters/Pastiche"])
        check(f"{filter} has a blurb, a help, authors and its kinds of image",
              procedure.get_blurb() and procedure.get_help() and procedure.get_authors() and
              procedure.get_image_types() == "RGB*, GRAY*")
        check(f"{filter}'s arguments all have a help",
              all(a.get_blurb() for a in procedure.get_arguments()))


def test_refusals():
    image, layer = new_image()
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    refused("a layer group", image, [group], EXECUTION, '"Group"', "group")
    refused("several layers", image, [layer, layer], EXECUTION, "2")
    layer.set_lock_content(True)
    refused("locked pixels", image, [layer], EXECUTION, '"Photo"', "locked")
    status, why, _ = call("fast-style", image, [layer], output="new-layer")
    check("locked pixels do not keep a new layer away", status == SUCCESS, why)
    layer.set_lock_content(False)
    inner = add_layer(image, 9, 9, parent=group)
    group.set_lock_content(True)
    refused("a layer in a locked group", image, [inner], EXECUTION, "locked")
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 12, 4, 4)
    refused("a selection that misses the layer", image, [inner], EXECUTION, "selection", "outside")
    refused("an unknown output", image, [layer], CALLING, "nope", "new-layer", output="nope")
    refused("an unknown choice", image, [layer], CALLING, "gpu", "cuda", device="gpu")
    image.delete()


def test_indexed_and_floating():
    image, layer = new_image(alpha=False)
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 8, False,
                          False, "")
    refused("indexed colours", image, [layer], EXECUTION, "indexed", "RGB")
    image.delete()
    image, layer = new_image()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 2, 2, 8, 8)
    floating = Gimp.Selection.float(image, [layer], 0, 0)
    refused("a new layer beside a floating selection", image, [floating], EXECUTION, "floating",
            output="new-layer")
    image.delete()


def test_style_refusals():
    image, layer = new_image()
    before = read(layer)
    broken = os.path.join(FOLDER, "broken.png")
    with open(broken, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"junk" * 40)
    text = os.path.join(FOLDER, "text.txt")
    with open(text, "w") as file:
        file.write("No picture.")
    missing = os.path.join(FOLDER, "missing.png")
    for name, settings, words in [
            ("no style", {}, ["style-file", "style-layer"]),
            ("a style file that is missing", {"style_file": missing}, [missing]),
            ("a style file that is a folder", {"style_file": FOLDER}, [FOLDER]),
            ("a style file that is broken", {"style_file": broken}, [broken]),
            ("a style file that is no picture", {"style_file": text}, [text]),
            ("a style file far away", {"style_file": "https://example.org/a.png"}, ["example.org"]),
            ("a missing one among several", {"style_files": [missing]}, [missing])]:
        refused(name, image, [layer], EXECUTION, *words, filter="gatys", **settings)
    check("a refused call leaves the layer alone", read(layer) == before)
    check("and no image behind", Gimp.get_images() == [image])
    image.delete()


def test_styles():
    red, half = picture_file("red.png", [255, 0, 0, 255]), picture_file("rot.png", [255, 0, 0, 128])
    image, layer = new_image(alpha=False)
    status, why, _ = call("gatys", image, [layer], style_file=red)
    check("a style is taken from a file", status == SUCCESS and pixel(layer, 5, 5)[:3] == (255, 0, 0), why)
    check("and the file is closed again", Gimp.get_images() == [image])
    other, colour = new_image()
    write(colour, bytes([0, 0, 255, 255]) * (24 * 16), "R'G'B'A u8")
    status, why, _ = call("gatys", image, [layer], style_layer=colour)
    check("a style is taken from a layer of another image",
          status == SUCCESS and pixel(layer, 5, 5)[:3] == (0, 0, 255), why)
    status, why, _ = call("gatys", image, [layer], style_file=red, style_files=[half, red],
                          style_layer=colour, mask_file=red, init_picture_layer=colour)
    recipe = recipe_of(layer)
    sources = [s["input"] for s in recipe["sources"]] if recipe else None
    check("files and a layer add up, and are told in the recipe",
          sources == ["content"] + ["style"] * 4 + ["mask", "init-picture"], f"{why} {recipe}")
    image.delete()
    other.delete()


def test_recipe():
    image, layer = new_image()
    for output in ["replace", "new-layer", "new-image"]:
        _, why, result = call("fast-style", image, [layer], strength=0.25, seed=7, output=output)
        recipe = recipe_of(result) or {}
        check(f"the result has its recipe ({output})", recipe.get("filter") == "fast-style" and
              float(recipe["settings"]["strength"]) == 0.25 and
              recipe["settings"]["seed"] == "7", f"{why} {recipe}")
    image.delete()


def test_new_layer():
    image, bottom = new_image()
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    layer = add_layer(image, 24, 16, parent=group, alpha=False)
    top = add_layer(image, 24, 16, parent=group, seed=3)
    _, why, result = call("fast-style", image, [layer], output="new-layer")
    check("a new layer is in the layer's group, just above it",
          group.get_children() == [top, result, layer], f"{why} {group.get_children()}")
    check("named after the layer and the filter", result.get_name().startswith("Photo") and
          "Fast Style" in result.get_name(), result.get_name())
    check("with alpha and the image's precision", result.has_alpha() and result.get_image() == image)
    image.delete()


def test_new_image():
    image, layer = new_image(alpha=False, base=GREY, precision=Gimp.Precision.U16_NON_LINEAR)
    image.set_resolution(72, 90)
    before = read(layer)
    _, why, result = call("fast-style", image, [layer], strength=0.0, output="new-image")
    new = result.get_image()
    check("a new image has the old one's kind", new != image and new.get_base_type() == GREY and
          new.get_precision() == Gimp.Precision.U16_NON_LINEAR, why)
    check("and resolution", new.get_resolution()[-2:] == (72, 90), new.get_resolution())
    check("and pixels, without an alpha channel nobody asked for",
          not result.has_alpha() and read(result) == before)
    check("the old image stays", read(layer) == before and len(image.get_layers()) == 1)
    new.delete()
    image.delete()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
finish()
