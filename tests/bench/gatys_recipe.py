"""How long gatys takes, with its default recipe, to the loss that 500 steps of L-BFGS from the picture at
its full working size end with (Gatys et al. 2016): the classic recipe, with the same losses and encoder, in fp32.

    python3 tests/bench/gatys_recipe.py build/.../pastiche CONTENT STYLE [SETTING...]

A SETTING (--size 256) goes to both. Prints a table and the share of the time.
"""

import json
import subprocess
import sys
import tempfile

RECIPES = {
    "classic": ["--optimiser", "lbfgs", "--precision", "fp32", "--min-size", "65536", "--steps", "500", "--first-steps", "500"],
    "default": [],
}


def paint(pastiche, content, style, settings):
    with tempfile.NamedTemporaryFile(suffix=".png") as result:
        told = subprocess.run([pastiche, "gatys", content, style, "-o", result.name, "--device", "cpu",
                               "--json", *settings], check=True, stdout=subprocess.PIPE).stdout  # fmt: skip
    return json.loads(told)["outputs"][0]["recipe"]["facts"]


def main(pastiche, content, style, *settings):
    facts = {name: paint(pastiche, content, style, [*recipe, *settings]) for name, recipe in RECIPES.items()}
    columns = ["steps", "seconds", "loss", "style-loss", "content-loss"]
    print(f"{'':8}", *(f"{column:>13}" for column in columns))
    for name, found in facts.items():
        print(f"{name:8}", *(f"{found[column]:>13}" for column in columns))
    share = float(facts["default"]["seconds"]) / float(facts["classic"]["seconds"])
    reached = float(facts["default"]["loss"]) <= float(facts["classic"]["loss"])
    print(f"The default recipe {'reaches' if reached else 'misses'} the classic one's loss in {share:.2f} of its time.")


if __name__ == "__main__":
    main(*sys.argv[1:])
