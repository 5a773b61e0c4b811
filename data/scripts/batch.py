# Restyles every picture of a folder, in Python inside GIMP:
#
#   PICTURES=photos OUT=out STYLE=starry-night gimp-console-3.0 -n -i -d -f -s --quit \
#     --batch-interpreter=python-fu-eval -b - < batch.py
#
# One broken file does not keep the others from being done: GIMP ends with 0 when all are, and with
# 64 when some are not, after naming them.

import os
import sys

from gi.repository import Gimp, Gio


def restyle(source, target, style):
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(source))
    if image is None:
        raise RuntimeError(Gimp.get_pdb().get_last_error())
    try:
        procedure = Gimp.get_pdb().lookup_procedure("plug-in-pastiche-fast-style")
        config = procedure.create_config()
        config.set_property("image", image)
        config.set_core_object_array("drawables", image.get_selected_drawables())
        config.set_property("style", style)
        config.set_property("strength", 1.0)
        config.set_property("output", "replace")
        if procedure.run(config).index(0) != Gimp.PDBStatusType.SUCCESS:
            raise RuntimeError(Gimp.get_pdb().get_last_error())
        Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(target), None)
    finally:
        image.delete()


folder, out = os.environ["PICTURES"], os.environ["OUT"]
failed = []
for name in sorted(os.listdir(folder)):
    try:
        restyle(os.path.join(folder, name), os.path.join(out, name + ".png"),
                os.environ.get("STYLE", ""))
    except Exception as error:
        print(f"{name}: {error}", file=sys.stderr)
        failed.append(name)
if failed:
    sys.exit("These pictures could not be restyled: " + ", ".join(failed))
