"""The sample batches over a folder of five pictures, one of them broken or none."""

import subprocess
import tempfile
from pathlib import Path

from gimp_stage import SOURCE, Stage
from tap import check, finish

SCRIPTS = SOURCE / "data/scripts"


def scheme(stage, photos, out):
    return stage.run(f'(begin (script-fu-use-v3) (load "{SCRIPTS}/batch.scm")'
                     f' (pastiche-batch "{photos}" "{out}" "starry-night"))')


def python(stage, photos, out):
    return stage.run_python(SCRIPTS / "batch.py", PICTURES=str(photos), OUT=str(out))


def photos_in(folder):
    folder.mkdir()
    for number in range(5):
        subprocess.run(["convert", "-size", f"{30 + number}x20", "gradient:orange-blue", "-strip",
                        str(folder / f"photo {number}.jpg")], check=True)


stage = Stage("fake")
with tempfile.TemporaryDirectory() as temporary:
    photos = Path(temporary) / "photos"
    photos_in(photos)
    names = sorted(p.name + ".png" for p in photos.iterdir())
    for broken in [0, 1]:
        if broken:
            (photos / "photo 2.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
        wanted = [n for n in names if not broken or "2" not in n]
        for batch in [scheme, python]:
            out = Path(temporary) / f"{batch.__name__} {broken}"
            out.mkdir()
            status, output = batch(stage, photos, out)
            done = sorted(p.name for p in out.iterdir())
            check(f"{batch.__name__}, {broken} broken: {len(wanted)} of 5 are done",
                  done == wanted, f"{done}\n{output}")
            check(f"{batch.__name__}, {broken} broken: the status says so",
                  (status != 0) == bool(broken), f"{status}\n{output}")
            check(f"{batch.__name__}, {broken} broken: the broken one is named",
                  ("photo 2.jpg" in output) == bool(broken), output)
    status, output = stage.run(f'''(begin (script-fu-use-v3)
      (let* ((image (gimp-file-load RUN-NONINTERACTIVE "{photos / "photo 4.jpg"}"))
             (made (plug-in-pastiche-learn-style #:image image #:name "dusk"
                       #:drawables (gimp-image-get-selected-drawables image))))
        (gimp-message (string-append "style " (car made)))
        (gimp-message (string-append "file " (cadr made)))))''')
    learnt = stage.folder / "data/pastiche/models/dusk.safetensors"
    check("a style is learnt from Script-Fu", status == 0 and learnt.exists() and
          "style dusk" in output and f"file {learnt}" in output, f"{status}\n{output}")
    check("and the trainer's advice is printed", "more steps would bring more" in output, output)
    size = subprocess.run(["identify", "-format", "%wx%h", str(out / "photo 4.jpg.png")],
                          capture_output=True, text=True).stdout
    check("a result has its picture's size", size == "34x20", size)
stage.remove()
finish()
