# Runs inside GIMP, on the fake library: layers that are made from nothing.

import json

from gimp_calls import *
from tap import check, finish

EXECUTION, CALLING = Gimp.PDBStatusType.EXECUTION_ERROR, Gimp.PDBStatusType.CALLING_ERROR
FILTERS = ["generate", "texture"]


def colour(seed):
    """What the fake library fills a picture of that seed with."""
    return tuple((37 * seed + 80 * c) % 256 for c in range(3)) + (255,)


def recipe_of(layer):
    return json.loads(bytes(layer.get_parasite("pastiche-recipe").get_data()).decode())


def size(drawable):
    return drawable.get_width(), drawable.get_height()


def new_layers(image, old):
    """What is in the image beside `old`, from the top."""
    return [layer for layer in image.get_layers() if layer not in old]


def test_the_menu():
    for filter in FILTERS:
        for name, path in [(filter, "<Image>/Filters/Render/Pastiche"),
                           (filter + "-image", "<Image>/File/Create/Pastiche")]:
            procedure = Gimp.get_pdb().lookup_procedure("plug-in-pastiche-" + name)
            check(f"{name} is in the menu, with dots", procedure.get_menu_label().endswith("...") and
                  procedure.get_menu_paths() == [path], procedure.get_menu_paths())
            check(f"{name} has a blurb, a help and authors", procedure.get_blurb() and
                  procedure.get_help() and procedure.get_authors())
            check(f"{name}'s arguments all have a help",
                  all(a.get_blurb() for a in procedure.get_arguments()))


def test_layers():
    image, photo = new_image(1000, 800)
    status, why, made = call("generate", image, [], count=4, seed=7, model="scroll-faces",
                             class_="female")
    layers = new_layers(image, [photo])
    check("an image gets four new layers", status == SUCCESS and len(layers) == 4, why)
    check("named after how they were made, the first seed at the bottom",
          [layer.get_name() for layer in layers] ==
          [f"scroll-faces, female, seed {seed}" for seed in [10, 9, 8, 7]],
          [layer.get_name() for layer in layers])
    check("as large as the image", all(size(layer) == (1000, 800) for layer in layers))
    check("each with its own picture",
          [pixel(layer, 500, 400) for layer in layers] == [colour(s) for s in [10, 9, 8, 7]])
    recipes = [recipe_of(layer) for layer in layers]
    check("and its own recipe, to make it alone", [
        (r["filter"], r["settings"]["seed"], r["settings"]["count"], r["settings"]["width"],
         r["settings"]["height"]) for r in recipes] ==
          [("generate", str(seed), "1", "1000", "800") for seed in [10, 9, 8, 7]], recipes)
    image.delete()


def test_places():
    image, photo = new_image(40, 30)
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    inner = add_layer(image, 40, 30, parent=group)
    top = add_layer(image, 40, 30)
    channel = Gimp.Channel.new(image, "Channel", 40, 30, 50, Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    for what, selected, place in [("a channel", [channel], lambda: image.get_layers()[0]),
                                  ("a layer in a group", [inner], lambda: group.get_children()[0]),
                                  ("two layers", [inner, photo], lambda: image.get_layers()[0]),
                                  ("the lowest layer", [photo], lambda: image.get_layers()[-2])]:
        if selected == [channel]:
            image.set_selected_channels(selected)
        else:
            image.set_selected_layers(selected)
        status, why, _ = call("generate", image, selected, seed=3)
        layer = place()
        check(f"with {what} selected, the new one goes above it or on top",
              status == SUCCESS and layer.get_name() == "landscapes, seed 3",
              f"{why} {layer.get_name()}")
        image.remove_layer(layer)
    image.delete()


def test_selection():
    image, photo = new_image(60, 40)
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 10, 5, 20, 30)
    status, why, _ = call("texture", image, [photo], texture="bark")
    layer = new_layers(image, [photo])[0]
    check("a selection is filled", status == SUCCESS and size(layer) == (20, 30) and
          layer.get_offsets()[-2:] == (10, 5) and layer.get_name() == "bark, seed 0",
          f"{why} {size(layer)} {layer.get_offsets()}")
    check("as far as it reaches", pixel(layer, 0, 0)[3] == 0 and pixel(layer, 10, 15)[3] == 255)
    Gimp.Selection.none(image)
    call("generate", image, [photo], width=20, height=20)
    layer = image.get_layers()[0]
    check("a size of one's own goes into the middle", size(layer) == (20, 20) and
          layer.get_offsets()[-2:] == (20, 10), f"{size(layer)} {layer.get_offsets()}")
    image.delete()


def test_kinds_of_image():
    for base in [RGB, GREY]:
        image = Gimp.Image.new_with_precision(20, 20, base, Gimp.Precision.U16_NON_LINEAR)
        status, why, _ = call("generate", image, [])
        check(f"an image without layers takes one ({base.value_nick})",
              status == SUCCESS and len(image.get_layers()) == 1, why)
        image.delete()
    image, layer = new_image(alpha=False)
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 8, False,
                          False, "")
    status, why, _ = call("generate", image, [layer])
    check("indexed colours are refused", status == EXECUTION and "indexed" in why, why)
    status, why, _ = call("generate", image, [layer], output="replace")
    check("there is nothing to replace", status == CALLING and "new-layer" in why, why)
    image.delete()


def test_from_layer():
    image, photo = new_image(60, 40)
    small = add_layer(image, 10, 8, x=5, y=6, seed=4)
    status, why, _ = call("generate", image, [small], from_layer=True, vary=0.5)
    layer = image.get_layers()[0]
    check("the selected layer is rebuilt, in its place", status == SUCCESS and
          read(layer) == read(small) and layer.get_offsets()[-2:] == (5, 6), why)
    recipe = recipe_of(layer)
    check("and named in the recipe", [s["name"] for s in recipe["sources"]] == [small.get_name()] and
          recipe["settings"]["vary"] == "0.5", recipe)
    status, why, _ = call("generate", image, [], from_layer=True)
    check("without one that is refused", status == EXECUTION and "select one" in why, why)
    image.delete()


def test_new_images():
    old, photo = new_image(50, 40, base=GREY, precision=Gimp.Precision.FLOAT_LINEAR)
    for what, arguments, wanted in [
            ("as large as the one it is made in", ("generate", old, []),
             ((50, 40), GREY, Gimp.Precision.FLOAT_LINEAR)),
            ("as large as the model's pictures", ("generate-image", None, []),
             ((16, 16), RGB, Gimp.Precision.U8_NON_LINEAR))]:
        options = {"output": "new-image"} if arguments[1] else {}
        status, why, _ = call(*arguments, count=2, **options)
        image = [i for i in Gimp.get_images() if i != old][0]
        got = ((image.get_width(), image.get_height()), image.get_base_type(), image.get_precision())
        check(f"a new image is {what}", status == SUCCESS and got == wanted, f"{why} {got}")
        check("with a layer for each picture, and no alpha that nobody asked for",
              len(image.get_layers()) == 2 and not image.get_layers()[0].has_alpha() and
              recipe_of(image.get_layers()[0])["settings"]["seed"] == "1")
        image.delete()
    status, why, _ = call("generate-image", None, [], width=300, height=200)
    image = [i for i in Gimp.get_images() if i != old][0]
    check("a new image has the size asked for", status == SUCCESS and
          (image.get_width(), image.get_height()) == (300, 200), why)
    check("the old image stays", old.get_layers() == [photo])
    image.delete()
    old.delete()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
finish()
