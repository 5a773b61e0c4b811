"""Layers made by one batch line on the real computing library, and made again by the command."""

import subprocess
import sys

from gimp_stage import BUILD, SOURCE, Stage
from tap import check, finish

sys.path.insert(0, str(SOURCE / "tests/cli"))
import fixtures

# Exports each layer but the lowest as PNG, and its recipe beside it.
EXPORT = """
import os
from gi.repository import Gimp, Gio
folder = os.environ["STAGE"]
image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(folder + "/out.xcf"))
layers = image.get_layers()[:-1]
for layer in layers:
    path = folder + "/" + layer.get_name() + ".png"
    with open(path + ".recipe", "wb") as file:
        file.write(bytes(layer.get_parasite("pastiche-recipe").get_data()))
    for other in image.get_layers():
        other.set_visible(other == layer)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(path), None)
"""


def with_text(png, text):
    """The bytes of a PNG with its recipe in front of the pixels."""
    at = png.index(b"IDAT") - 4
    return png[:at] + fixtures.png_text("pastiche-recipe", text) + png[at:]


def pixels(path):
    return subprocess.run(["convert", str(path), "-depth", "8", "rgba:-"], check=True,
                          capture_output=True).stdout


stage = Stage("real")
own = stage.folder / "data/pastiche/models"
fixtures.write(str(own / "faces.safetensors"), fixtures.generator(["female", "male"]))
photo = stage.folder / "photo.png"
subprocess.run(["convert", "-size", "1000x800", "gradient:orange-blue", "-depth", "8", str(photo)], check=True)
status, output = stage.run(f'''(begin (script-fu-use-v3)
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE "{photo}"))
         (layers (plug-in-pastiche-generate #:image image #:model "faces" #:class "female"
                                            #:seed 7 #:count 4 #:fit "tile" #:device "cpu")))
    (gimp-message (string-append "layers " (number->string (vector-length layers))))
    (gimp-file-save RUN-NONINTERACTIVE image "{stage.folder}/out.xcf")))''')
check("one batch line makes four layers", status == 0 and "layers 4" in output, output)
(stage.folder / "export.py").write_text(EXPORT)
status, output = stage.run_python(stage.folder / "export.py", STAGE=str(stage.folder))
made = sorted(stage.folder.glob("*.png.recipe"))
check("they are named after the model, the class and the seed", [p.name for p in made] == sorted(
    f"faces, female, seed {seed}.png.recipe" for seed in [7, 8, 9, 10]), f"{made} {output}")
check("no two are alike", len({pixels(p.with_suffix("")) for p in made}) == 4)
for recipe in made:
    picture = recipe.with_suffix("")
    picture.write_bytes(with_text(picture.read_bytes(), recipe.read_text()))
    again = stage.folder / "again.png"
    done = subprocess.run([BUILD / "engine/cli/pastiche", "again", picture, "-o", again],
                          env=stage.environment(), capture_output=True, text=True)
    check(f"pastiche makes {picture.stem} again from its recipe, every pixel the same",
          done.returncode == 0 and len(pixels(picture)) == 1000 * 800 * 4 and
          pixels(again) == pixels(picture), done.stderr)
walk = stage.folder / "walk.gif"
status, output = stage.run(f'''(begin (script-fu-use-v3) (load "{SOURCE}/data/scripts/walk.scm")
                                      (pastiche-walk "faces" 3 8 5 "{walk}"))''')
frames = subprocess.run(["identify", walk], capture_output=True, text=True).stdout.splitlines()
check("a walk there and back is an animation", status == 0 and len(frames) == 8, f"{output} {frames}")
status, output = stage.run('''(plug-in-pastiche-generate-image #:model "faces" #:class "nobody")''')
check("a class that the model has not is refused, and those it has are named",
      status == 70 and "nobody" in output and "female" in output, f"{status} {output}")
stage.remove()
finish()
