# Runs inside GIMP, on the fake library: which pixels change, to what, and which do not.

from gimp_calls import *
from tap import check, finish

PRECISIONS = [getattr(Gimp.Precision, f"{depth}_{kind}")
              for depth in ["U8", "U16", "U32", "HALF", "FLOAT", "DOUBLE"]
              for kind in ["LINEAR", "NON_LINEAR", "PERCEPTUAL"]]


def adobe_like_profile():
    return Gimp.ColorProfile.new_rgb_adobe()


def test_strength_zero_changes_no_bit():
    for base in [RGB, GREY]:
        for alpha in [True, False]:
            for precision in PRECISIONS:
                image, layer = new_image(base=base, precision=precision, alpha=alpha)
                before = read(layer)
                status, why, _ = call("fast-style", image, [layer], strength=0.0)
                kind = f"{base.value_nick} {precision.value_nick}, alpha {alpha}"
                check(f"strength 0 changes no bit of {kind}",
                      status == SUCCESS and read(layer) == before, why)
                image.delete()


def test_strength_zero_keeps_wide_gamut():
    for precision in [Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U16_NON_LINEAR,
                      Gimp.Precision.FLOAT_LINEAR]:
        image, layer = new_image(precision=precision)
        image.set_color_profile(adobe_like_profile())
        before = read(layer)
        for output in ["replace", "new-layer", "new-image"]:
            _, why, result = call("fast-style", image, [layer], strength=0.0, output=output)
            check(f"strength 0, Adobe RGB, {precision.value_nick}, {output}: the same bytes",
                  result and read(result) == before, why)
        check(f"a new image has the profile ({precision.value_nick})",
              result.get_image().get_color_profile().is_equal(adobe_like_profile()))
        image.delete()


def test_full_strength_is_the_filters_result():
    for base, precision in [(RGB, Gimp.Precision.U8_NON_LINEAR), (RGB, Gimp.Precision.U16_LINEAR),
                            (GREY, Gimp.Precision.U8_NON_LINEAR),
                            (GREY, Gimp.Precision.FLOAT_LINEAR)]:
        image, layer = new_image(base=base, precision=precision)
        before = read(layer, "R'G'B'A u8")
        call("fast-style", image, [layer], strength=1.0)
        after = read(layer, "R'G'B'A u8")
        worst = max(abs(a - (b if i % 4 == 3 or before[i | 3] == 0 else 255 - b))
                    for i, (a, b) in enumerate(zip(after, before)))
        check(f"strength 1 is the negative, alpha kept ({base.value_nick} {precision.value_nick})",
              worst <= 1, f"off by {worst}")
        image.delete()


def test_selection():
    image, layer = new_image()
    before = read(layer)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 4, 3, 10, 6)
    call("fast-style", image, [layer], strength=1.0)
    after = read(layer)
    inside = lambda i: 4 <= i // 4 % 24 < 14 and 3 <= i // 4 // 24 < 9
    check("nothing outside the selection changes",
          all(a == b for i, (a, b) in enumerate(zip(after, before)) if not inside(i)))
    check("everything visible inside it does",
          all(after[i:i + 3] == bytes(255 - v for v in before[i:i + 3])
              for i in range(0, len(before), 4) if inside(i) and before[i + 3]))
    image.delete()


def test_feathered_selection():
    image, layer = new_image(60, 60)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 20, 20, 20)
    Gimp.Selection.feather(image, 10)
    copy = layer.copy()
    image.insert_layer(copy, None, 0)
    copy.invert(False)
    call("fast-style", image, [layer], strength=1.0)
    visible = read(layer)[3::4]
    worst = max(abs(a - b) for i, (a, b) in enumerate(zip(read(layer), read(copy)))
                if visible[i // 4])
    check("a feathered selection mixes as GIMP's own filters do", worst <= 1, f"off by {worst}")
    check("and has shares to mix by", len(set(read(image.get_selection(), "Y u8"))) > 20)
    image.delete()


def test_feathered_selection_in_a_new_layer():
    image, layer = new_image(60, 60)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 20, 20, 20)
    Gimp.Selection.feather(image, 10)
    before, share = read(layer, "R'G'B'A u8"), read(image.get_selection(), "Y u8")
    _, why, result = call("fast-style", image, [layer], strength=0.0, output="new-layer")
    _, x, y = result.get_offsets()
    width, height = result.get_width(), result.get_height()
    alpha = read(result, "R'G'B'A u8")[3::4]
    worst = 0
    for row in range(height):
        for column in range(width):
            at = (y + row) * 60 + x + column
            worst = max(worst, abs(alpha[row * width + column] - before[4 * at + 3] * share[at] / 255))
    check("a new layer's alpha is the layer's times the selection", worst <= 1, f"off by {worst}")
    check("and it lies where the selection does", (x, y) != (0, 0) and width < 60)
    image.delete()


def test_offsets():
    image, _ = new_image(50, 50)
    layer = add_layer(image, 30, 20, -5, 40)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 10, 45)
    before = read(layer)
    _, why, result = call("fast-style", image, [layer], strength=1.0, output="new-layer")
    check("a new layer covers the part of the layer that is selected, where it was",
          result and result.get_offsets()[1:] == (0, 40) and
          (result.get_width(), result.get_height()) == (10, 5), why)
    check("and leaves the layer alone", read(layer) == before)
    at = (2 * 30 + 5 + 3) * 4
    wanted = tuple(255 - v for v in before[at:at + 3]) + (before[at + 3],)
    check("with the pixels of that part", pixel(result, 3, 2) == wanted,
          f"{pixel(result, 3, 2)} {wanted}")
    call("fast-style", image, [layer], strength=1.0)
    after = read(layer)
    changed = {i // 4 for i in range(len(after)) if after[i] != before[i]}
    check("the layer itself changes there and nowhere else",
          changed and all(5 <= p % 30 < 15 and p // 30 < 5 for p in changed))
    image.delete()


def test_lock_alpha():
    image, layer = new_image()
    layer.set_lock_alpha(True)
    before = read(layer)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 12, 16)
    Gimp.Selection.feather(image, 6)
    status, why, _ = call("fast-style", image, [layer], strength=1.0)
    after = read(layer)
    check("a locked alpha channel stays", status == SUCCESS and after[3::4] == before[3::4], why)
    check("while the colours change", after != before)
    image.delete()


def test_hidden_colours_stay():
    image, layer = new_image()
    write(layer, bytes([10, 250, 30, 0, 90, 60, 30, 255] * (24 * 8)), "R'G'B'A u8")
    call("fast-style", image, [layer], strength=1.0)
    check("the colour of a fully transparent pixel stays", pixel(layer, 0, 0) == (10, 250, 30, 0))
    image.delete()


def test_masks_and_channels():
    image, layer = new_image(alpha=True)
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    write(mask, bytes(range(24 * 16 % 256)) + bytes(24 * 16 - 24 * 16 % 256), "Y' u8")
    before, pixels = read(mask, "Y' u8"), read(layer)
    status, why, result = call("fast-style", image, [mask], strength=1.0)
    worst = max(abs(a + b - 255) for a, b in zip(read(mask, "Y' u8"), before))
    check("a layer mask can be repainted", status == SUCCESS and worst <= 8, f"{why} {worst}")
    check("and its layer stays", read(layer) == pixels)
    channel = Gimp.Channel.new(image, "Channel", 24, 16, 50, Gimp.context_get_foreground())
    image.insert_channel(channel, None, 0)
    write(channel, bytes([40] * 24 * 16), "Y' u8")
    status, why, result = call("fast-style", image, [channel], strength=1.0)
    check("so can a channel", status == SUCCESS and set(read(channel)) == {215}, why)
    _, why, result = call("fast-style", image, [layer], strength=0.0, output="new-layer")
    copy = result and result.get_mask()
    check("a new layer is masked as the layer is", copy and read(copy) == read(mask), why)
    _, why, result = call("fast-style", image, [channel], strength=1.0, output="new-layer")
    check("a channel's result can be a new layer",
          result and pixel(result, 3, 3) == (40, 40, 40, 255), why)
    image.delete()


def test_floating_selection():
    image, layer = new_image()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 2, 2, 8, 8)
    floating = Gimp.Selection.float(image, [layer], 0, 0)
    before = read(floating)
    status, why, _ = call("fast-style", image, [floating], strength=1.0)
    check("a floating selection can be repainted", status == SUCCESS and read(floating) != before, why)
    image.delete()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
finish()
