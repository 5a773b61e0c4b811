# Runs inside GIMP, on the real computing library.

from gimp_calls import *
from tap import check, finish


def test_strength_zero():
    for base in [RGB, GREY]:
        for precision in [Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.FLOAT_LINEAR]:
            image, layer = new_image(base=base, precision=precision)
            before = read(layer)
            status, why, _ = call("fast-style", image, [layer], strength=0.0)
            check(f"strength 0 changes no bit ({base.value_nick} {precision.value_nick})",
                  status == SUCCESS and read(layer) == before, why)
            image.delete()


def half_hidden(hidden):
    """Visible on the left, `hidden` colours under alpha 0 on the right."""
    image, layer = new_image(96, 64, seed=5)
    pixels = bytearray(read(layer, "R'G'B'A u8"))
    for i in range(0, len(pixels), 4):
        if i // 4 % 96 < 48:
            pixels[i + 3] = 255
        else:
            pixels[i:i + 4] = bytes([*hidden, 0])
    write(layer, bytes(pixels), "R'G'B'A u8")
    return image, layer


def visible(layer):
    return b"".join(read(layer)[row * 96 * 4:row * 96 * 4 + 48 * 4] for row in range(64))


def largest_difference(a, b):
    return max(abs(x - y) for x, y in zip(a, b))


def test_hidden_pixels():
    style, colours = new_image(64, 64, alpha=False, seed=9)
    for filter, settings in [("fast-style", {}),
                             ("gatys", {"style_layer": colours, "size": 96, "min_size": 48,
                                        "first_steps": 2, "steps": 2, "precision": "fp32",
                                        "device": "cpu"})]:
        results = []
        for hidden in [(0, 0, 0), (255, 0, 255)]:
            image, layer = half_hidden(hidden)
            before = read(layer)
            status, why, _ = call(filter, image, [layer], **settings)
            results.append(visible(layer))
            after = read(layer)
            check(f"{filter} paints what is visible", status == SUCCESS and
                  after != before, why)
            check(f"{filter} keeps alpha", after[3::4] == before[3::4])
            check(f"{filter} keeps the colours under alpha 0",
                  pixel(layer, 80, 30) == (*hidden, 0), pixel(layer, 80, 30))
            image.delete()
        # Few steps: many would magnify a last bit, in which colour conversions of two processes may differ.
        off = largest_difference(*results)
        check(f"{filter}: what is hidden changes nothing that is visible", off <= 1, off)
    style.delete()


def test_learning():
    image, layer = new_image(96, 64, alpha=False)
    before = read(layer, "R'G'B' u8")
    status, why, _ = call("learn-style", image, [layer], name="noise", steps=1, device="cpu")
    check("a style is learnt from a layer", status == SUCCESS, why)
    for style in ["noise", "noise:2,great-wave:1"]:
        write(layer, before, "R'G'B' u8")
        status, why, _ = call("fast-style", image, [layer], style=style, device="cpu")
        check(f"and fast-style paints in it at once ({style})",
              status == SUCCESS and read(layer, "R'G'B' u8") != before, why)
    image.delete()


test_strength_zero()
test_hidden_pixels()
test_learning()
finish()
