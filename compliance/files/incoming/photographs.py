"""Photographs taken apart: what the camera recorded, and copies that carry nothing but pixels.

Runs only in the runner's child, where the cost of a picture is bounded, whatever it is.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from PIL import ExifTags, Image, ImageOps

from compliance.domain.evidence.formats import MAX_SCANS, real_format, scans_of
from compliance.domain.evidence.likeness import HEIGHT, WIDTH, fingerprint
from compliance.domain.evidence.photographs import (
    COPY_SIDE,
    MAX_PIXELS,
    THUMBNAIL_SIDE,
    CameraData,
    camera_data,
)
from compliance.domain.refusals import Refusal, TooLarge
from compliance.files.incoming.plain import to_plain

# Our name of a format → Pillow's, and the type under which the original is kept.
FORMATS = {
    "jpeg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "webp": ("WEBP", "image/webp"),
    "heic": ("HEIF", "image/heic"),
}
_LYING = {5, 6, 7, 8}  # orientations that a quarter turn puts right
STRIP = 4_000_000  # pixels that are converted at a time
# Pillow itself refuses at twice this; the check below refuses above it.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_BROKEN = (
    OSError,
    SyntaxError,  # what Pillow raises for a broken PNG
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    RuntimeError,  # what libheif raises for a broken HEIC
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Photograph:
    """What is kept of a photo besides its sealed bytes."""

    content_type: str
    width: int
    height: int
    camera: CameraData
    likeness: int | None
    copy: bytes = b""
    thumbnail: bytes = b""


def answer(data: bytes, values: dict[str, Any]) -> tuple[Any, list[bytes]]:
    """The photo in the form that the runner carries: facts, and its two copies."""
    photo = read_photograph(data, values["name"])
    bare = replace(photo, copy=b"", thumbnail=b"")
    facts = {
        key: value for key, value in to_plain(bare).items() if key not in {"copy", "thumbnail"}
    }
    return facts, [photo.copy, photo.thumbnail]


def read_photograph(data: bytes, name: str) -> Photograph:
    """The photo's facts and its re-encoded copies.

    Raises TooLarge (pixels, passes) or Refusal (not a photo that can be opened).
    """
    kind = real_format(data)
    if kind not in FORMATS:
        code = "photo_other_format" if kind else "photo_unreadable"
        raise Refusal(code, name=name, format=kind)
    if kind == "jpeg" and scans_of(data) > MAX_SCANS:
        raise TooLarge("photo_too_many_scans", name=name)
    image, camera = _opened(data, name, kind)
    width, height = image.size[::-1] if _orientation(image) in _LYING else image.size
    upright = _upright(image, name)
    copy = _within(upright, COPY_SIDE)
    return Photograph(
        content_type=FORMATS[kind][1],
        width=width,
        height=height,
        camera=camera,
        likeness=_likeness(copy),
        copy=_jpeg(copy),
        thumbnail=_jpeg(_within(copy, THUMBNAIL_SIDE)),
    )


def _opened(data: bytes, name: str, kind: str) -> tuple[Image.Image, CameraData]:
    """The image with only its header read, and what its camera wrote."""
    if kind == "heic":
        _know_heic()
    try:
        image = Image.open(io.BytesIO(data), formats=[FORMATS[kind][0]])
        pixels = image.width * image.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = MAX_PIXELS + 1
    except _BROKEN as error:
        raise Refusal("photo_unreadable", name=name) from error
    if pixels > MAX_PIXELS:
        raise TooLarge("photo_too_many_pixels", megapixels=MAX_PIXELS // 10**6)
    try:
        exif = image.getexif()
        camera = camera_data(
            dict(exif), exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        )
    except _BROKEN:
        camera = CameraData()  # broken camera data is no reason to refuse a photo
    return image, camera


def _orientation(image: Image.Image) -> int:
    """How the camera was held, 1 to 8 (TIFF 6.0, tag 274); 1, upright, where it says nothing."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation)
    except _BROKEN:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _know_heic() -> None:
    """Let Pillow open HEIC and HEIF: only the main picture, turned as the file says."""
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _upright(image: Image.Image, name: str) -> Image.Image:
    """The decoded picture, upright, in plain RGB on white, not much larger than its copy."""
    try:
        # A JPEG is decoded at a half, a quarter … of its size when that is enough.
        image.draft("RGB", (COPY_SIDE, COPY_SIDE))
        image.load()
        smaller = _reduced(image)
        smaller.getexif()[ExifTags.Base.Orientation] = _orientation(image)
        return ImageOps.exif_transpose(smaller)
    except _BROKEN as error:
        raise Refusal("photo_unreadable", name=name) from error


def _reduced(image: Image.Image) -> Image.Image:
    """The picture on white, its sides divided by a whole number, not smaller than its copy.

    Strip by strip: converting a large picture as a whole takes several times its own memory.
    """
    factor = max(1, max(image.size) // COPY_SIDE)
    size = tuple(-(-side // factor) for side in image.size)
    out = Image.new("RGB", (size[0], size[1]))
    for top, strip in _strips(image, factor):
        out.paste(_on_white(strip).reduce(factor), (0, top // factor))
    return out


def _strips(image: Image.Image, factor: int) -> Iterator[tuple[int, Image.Image]]:
    """The picture in strips whose heights the factor divides, each with its top."""
    rows = max(1, STRIP // (image.width * factor)) * factor
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _on_white(strip: Image.Image) -> Image.Image:
    """The strip in plain RGB, with transparent parts made white."""
    if strip.mode in {"I", "F"} or strip.mode.startswith("I;16"):
        # Sixteen bits of grey: Pillow's own conversion would turn everything above 255 white.
        strip = strip.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        white = Image.new("RGB", strip.size, "white")
        white.paste(strip, mask=strip.getchannel("A"))
        return white
    return strip.convert("RGB")


def _within(image: Image.Image, side: int) -> Image.Image:
    """The picture within a square, never made larger; nothing but pixels is carried over."""
    smaller = image.copy()
    smaller.thumbnail((side, side))
    clean = Image.new("RGB", smaller.size)
    clean.paste(smaller)
    return clean


def _likeness(image: Image.Image) -> int | None:
    grey = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return fingerprint(list(grey.tobytes()))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
