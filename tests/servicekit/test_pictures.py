"""Clean copies of pictures: without a camera's metadata, and unchanged to the eye."""

import io
from typing import Any

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from servicekit.pictures import Looked, PictureRefused, Pictures

SECRET = b"52.5200 N 13.4050 E"
SIZE = (60, 40)


def test_a_jpeg_loses_its_location_and_keeps_every_pixel() -> None:
    original = made("JPEG", exif=camera_exif(), icc_profile=b"profile" * 10, comment=SECRET)
    original += b"a film beside the photo: " + SECRET
    clean = cleaned(original)
    assert SECRET not in clean
    assert pixels(clean) == pixels(original)
    assert Image.open(io.BytesIO(clean)).info["icc_profile"] == b"profile" * 10


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_rotated_picture_keeps_its_orientation(kind: str) -> None:
    original = made(kind, exif=camera_exif(orientation=6))
    clean = cleaned(original)
    assert SECRET not in clean
    exif = Image.open(io.BytesIO(clean)).getexif()
    assert dict(exif) == {0x0112: 6}
    assert pixels(clean) == pixels(original)
    assert upright(clean).size == (40, 60)


def test_a_progressive_jpeg_keeps_all_of_its_scans() -> None:
    original = made("JPEG", exif=camera_exif(), progressive=True, quality=95)
    assert pixels(cleaned(original)) == pixels(original)


def test_a_png_loses_its_text_chunks() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Location", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    texts.add_text("compressed", SECRET.decode() * 9, zip=True)
    original = made("PNG", pnginfo=texts, dpi=(300, 300), exif=camera_exif())
    clean = cleaned(original)
    assert SECRET not in clean
    assert b"zTXt" not in clean
    assert b"pHYs" in clean
    assert pixels(clean) == pixels(original)


@pytest.mark.parametrize("lossless", [False, True])
def test_a_webp_loses_its_metadata(lossless: bool) -> None:
    original = made("WEBP", exif=camera_exif(), xmp=SECRET, lossless=lossless)
    clean = cleaned(original)
    assert SECRET not in clean
    assert pixels(clean) == pixels(original)


def test_an_animation_keeps_its_frames() -> None:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP"):
        options: dict[str, Any] = {"comment": SECRET} if kind == "GIF" else {"xmp": SECRET}
        out = io.BytesIO()
        frames[0].save(
            out, kind, save_all=True, append_images=frames[1:], duration=90, loop=3, **options
        )
        clean = cleaned(out.getvalue())
        assert SECRET not in clean
        moving = Image.open(io.BytesIO(clean))
        assert getattr(moving, "n_frames", 1) == 3
        assert moving.info["loop"] == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_without_metadata_is_not_copied(kind: str) -> None:
    looked, copy = look(made(kind))
    assert looked.picture is not None
    assert not looked.is_cleaned
    assert copy == b""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_picture_causes_no_error(kind: str) -> None:
    options: dict[str, Any] = {} if kind == "GIF" else {"exif": camera_exif()}
    whole = made(kind, **options)
    for length in range(1, len(whole), max(1, len(whole) // 6)):
        look(whole[:length])


def test_an_avatar_of_too_many_pixels_is_rejected() -> None:
    with pytest.raises(PictureRefused, match="12 million"):
        Pictures().make_avatar(made("PNG", (4000, 3001)))


def test_an_avatar_is_cut_from_the_middle_of_the_upright_picture() -> None:
    picture = Image.new("RGB", (3000, 1000), "white")
    picture.paste("red", (1000, 0, 2000, 1000))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(out, "JPEG", exif=exif)
    avatar = Image.open(io.BytesIO(Pictures().make_avatar(out.getvalue())))
    assert avatar.size == (256, 256)
    for place in ((5, 5), (250, 250), (128, 128)):
        pixel = avatar.convert("RGB").getpixel(place)
        assert isinstance(pixel, tuple)
        red, green, _ = pixel
        assert red > 200 > 80 > green


def made(kind: str, size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def camera_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = orientation
    return exif


def look(content: bytes) -> tuple[Looked, bytes]:
    copy = bytearray()
    return Pictures().look_at([content], len(content), copy.extend), bytes(copy)


def cleaned(content: bytes) -> bytes:
    looked, copy = look(content)
    assert looked.picture is not None
    assert looked.is_cleaned
    return copy


def pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


def upright(content: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
