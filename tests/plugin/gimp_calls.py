"""For scripts that run inside GIMP: pictures with known pixels, and calls of the plug-in."""

import random

import gi
gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Gegl, Gimp

RGB, GREY = Gimp.ImageBaseType.RGB, Gimp.ImageBaseType.GRAY
SUCCESS = Gimp.PDBStatusType.SUCCESS
FLOATS = "R'G'B'A float"


def new_image(width=24, height=16, base=RGB, precision=Gimp.Precision.U8_NON_LINEAR, alpha=True,
              seed=1):
    """An image of one layer of random pixels; (image, layer)."""
    image = Gimp.Image.new_with_precision(width, height, base, precision)
    return image, add_layer(image, width, height, alpha=alpha, seed=seed)


def add_layer(image, width, height, x=0, y=0, alpha=True, parent=None, seed=1):
    types = {RGB: (Gimp.ImageType.RGB_IMAGE, Gimp.ImageType.RGBA_IMAGE),
             GREY: (Gimp.ImageType.GRAY_IMAGE, Gimp.ImageType.GRAYA_IMAGE)}
    layer = Gimp.Layer.new(image, "Photo", width, height, types[image.get_base_type()][alpha], 100,
                           Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, parent, 0)
    layer.set_offsets(x, y)
    dice = random.Random(seed)
    write(layer, bytes(dice.randrange(256) for _ in range(width * height * 4)), "R'G'B'A u8")
    return layer


def write(drawable, data, format):
    """All of a drawable's pixels."""
    buffer = drawable.get_buffer()
    buffer.set(buffer.get_extent(), format, data)
    buffer.flush()
    drawable.update(0, 0, drawable.get_width(), drawable.get_height())


def read(drawable, format=None, area=None):
    """The drawable's bytes, in its own format unless told."""
    buffer = drawable.get_buffer()
    rectangle = area or buffer.get_extent()
    return bytes(buffer.get(rectangle, 1.0, format, Gegl.AbyssPolicy.NONE))


def pixel(drawable, x, y, format="R'G'B'A u8"):
    return tuple(read(drawable, format, Gegl.Rectangle.new(x, y, 1, 1)))


def call(name, image, drawables, /, **settings):
    """Runs plug-in-pastiche-NAME, on an image unless that is None; (status, the sentence of a
    failure, the result)."""
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-pastiche-" + name)
    config = procedure.create_config()
    if image:
        config.set_property("image", image)
        if drawables:  # an empty list is no such array
            config.set_core_object_array("drawables", drawables)
    for setting, value in settings.items():
        config.set_property(setting.strip("_").replace("_", "-"), value)
    values = procedure.run(config)
    status = values.index(0)
    sentence = "" if status == SUCCESS else Gimp.get_pdb().get_last_error()
    return status, sentence, values.index(1) if status == SUCCESS else None
