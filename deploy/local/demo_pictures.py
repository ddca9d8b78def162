"""The demo's photos: drawn, so that no picture of anybody is needed."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 800)


def paint(name: str) -> bytes:
    """The picture of that name as JPEG."""
    picture = {"soup": _soup, "beds": _beds, "beans": _beans}[name]()
    target = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(target, "JPEG", quality=82)
    return target.getvalue()


def _soup() -> Image.Image:
    """A pot from above."""
    picture = Image.new("RGB", SIZE, "#d9cdb8")
    draw = ImageDraw.Draw(picture)
    for y in range(0, SIZE[1], 100):
        draw.line((0, y, SIZE[0], y + 12), fill="#cbbda4", width=5)
    rings = ((330, "#b9ab92"), (315, "#3c4a52"), (292, "#5b6b73"), (268, "#c8702f"))
    for radius, colour in (*rings, (258, "#d98539")):
        _disc(draw, 600, 400, radius, radius, colour)
    dice = random.Random(7)  # noqa: S311
    for number in range(70):
        left, top = dice.gauss(600, 95), dice.gauss(400, 95)
        _disc(
            draw, left, top, dice.randint(8, 20), 10, ("#5c8a3a", "#f0b24a", "#b8442c")[number % 3]
        )
    return picture


def _beds() -> Image.Image:
    """Two beds with rows of plants, from above."""
    picture = Image.new("RGB", SIZE, "#8fa35f")
    draw = ImageDraw.Draw(picture)
    dice = random.Random(3)  # noqa: S311
    for left in (110, 640):
        draw.rounded_rectangle((left, 70, left + 450, 730), 18, fill="#8a6a48")
        draw.rounded_rectangle((left + 16, 86, left + 434, 714), 10, fill="#4d3726")
        for x in range(left + 70, left + 420, 78):
            for y in range(130, 700, 62):
                for _ in range(5):
                    shade = ("#4f8a34", "#6ba545", "#86bd58")[dice.randrange(3)]
                    _disc(draw, x + dice.randint(-16, 16), y + dice.randint(-12, 12), 13, 8, shade)
    return picture


def _beans() -> Image.Image:
    """Seedlings against the morning sun."""
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        draw.line((0, y, SIZE[0], y), fill=(250 - int(20 * share), 226 - int(40 * share), 168))
    _disc(draw, 930, 210, 110, 110, "#fff3cf")
    draw.rectangle((0, 620, *SIZE), fill="#4d3726")
    dice = random.Random(5)  # noqa: S311
    for x in range(90, 1160, 115):
        top = 360 + dice.randint(-60, 70)
        draw.line((x, 640, x + dice.randint(-14, 14), top), fill="#4f8a34", width=10)
        for side in (-1, 1):
            _disc(draw, x + side * 42, top - 6, 44, 20, "#6ba545")
            _disc(draw, x + side * 36, top + 80, 30, 13, "#86bd58")
    return picture


def _disc(
    draw: ImageDraw.ImageDraw, x: float, y: float, width: float, height: float, colour: str
) -> None:
    draw.ellipse((x - width, y - height, x + width, y + height), fill=colour)
