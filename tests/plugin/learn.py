# Runs inside GIMP, on the fake library: a style learnt from a layer, and what is left behind.

import json
import os
from pathlib import Path

from gimp_calls import *
from tap import check, finish

OWN = Path(os.environ["XDG_DATA_HOME"]) / "pastiche/models"
EXECUTION, CALLING = Gimp.PDBStatusType.EXECUTION_ERROR, Gimp.PDBStatusType.CALLING_ERROR


def files():
    return sorted(p.name for p in OWN.iterdir()) if OWN.exists() else []


def styles():
    rows = json.loads((OWN / "manifest.json").read_text())["models"]
    return {row["name"]: row["styles"] for row in rows if row["architecture"] == "style"}


def learn(image, layer, **settings):
    return call("learn-style", image, [layer], **settings)


def test_the_menu():
    for kind in ["style", "texture"]:
        procedure = Gimp.get_pdb().lookup_procedure("plug-in-pastiche-learn-" + kind)
        check(f"learning a {kind} is in the menu, with dots",
              procedure.get_menu_label().endswith("...") and
              procedure.get_menu_paths() == ["<Image>/Filters/Pastiche"])
        check("its arguments all have a help", all(a.get_blurb() for a in procedure.get_arguments()))


def test_failures():
    image, layer = new_image()
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    for what, status, words, drawable, settings in [
            ("a failing training", EXECUTION, ["CUDA"], layer, {"device": "cuda"}),
            ("a name that no file can have", CALLING, ['"../up"', "a-z"], layer, {"name": "../up"}),
            ("a bundled style's name", CALLING, ['"great-wave"'], layer, {"name": "great-wave"}),
            ("a model's name", CALLING, ['"pastiche-styles"'], layer, {"name": "pastiche-styles"}),
            ("a model that is none", EXECUTION, ['"nope"'], layer, {"model": "nope"}),
            ("an unknown device", CALLING, ["gpu"], layer, {"device": "gpu"}),
            ("a layer group", EXECUTION, ["group"], group, {})]:
        got, why, _ = learn(image, drawable, **settings)
        check(f"refused: {what}", got == status and all(w in why for w in words) and
              why.endswith("."), f"{got} {why}")
        check(f"and nothing is left by {what}", files() == [], files())
    image.delete()


def test_learning():
    image, layer = new_image(64, 48)
    before = read(layer)
    status, why, style = learn(image, layer)
    check("a style is called as its layer", status == SUCCESS and style == "photo", f"{why} {style}")
    check("it is the user's own, with a card and a thumbnail", files() == [
        "manifest.json", "photo.json", "photo.safetensors", "photo.safetensors.thumbnail.jpg"],
          files())
    _, why, style = learn(image, layer)
    check("the next is called after it", style == "photo-2", f"{why} {style}")
    status, why, _ = learn(image, layer, name="photo")
    check("a name is given once", status == CALLING and '"photo"' in why, why)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 8, 8, 16, 16)
    _, why, style = learn(image, layer, name="corner")
    check("a selected part is learnt under the name given", style == "corner", why)
    check("all are in the manifest", styles() == {n: [n] for n in ["photo", "photo-2", "corner"]},
          styles())
    check("the layer is as it was", read(layer) == before)
    image.delete()


def test_texture():
    image, layer = new_image(64, 48)
    status, why, name = call("learn-texture", image, [layer], name="lichen")
    check("a texture is learnt", status == SUCCESS and name == "lichen", f"{why} {name}")
    check("as a model with a thumbnail", {"lichen.safetensors", "lichen.safetensors.thumbnail.jpg"} <=
          set(files()), files())
    status, why, _ = call("learn-texture", image, [layer], name="corner")
    check("it is not called as a style", status == CALLING and '"corner"' in why, why)
    status, why, _ = call("texture", image, [layer], model="lichen")
    check("and can be made", status == SUCCESS and
          image.get_layers()[0].get_name() == "lichen, seed 0", why)
    image.delete()


test_the_menu()
test_failures()
test_learning()
test_texture()
finish()
