"""Photographs taken apart: camera data, and copies with nothing but pixels."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps

from compliance.domain.evidence.photographs import (
    COPY_SIDE,
    MAX_PIXELS,
    THUMBNAIL_SIDE,
    CameraData,
    camera_data,
)
from compliance.domain.refusals import Refusal, TooLarge

FORMATS = ("JPEG", "PNG")
# Pillow itself refuses at twice this; the check below refuses at this size.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# The largest picture takes half a gigabyte while it is decoded: one at a time in a process.
_DECODING = threading.BoundedSemaphore()

_BROKEN = (
    OSError,
    SyntaxError,  # Pillow's word for a broken PNG
    ValueError,
    TypeError,
    IndexError,
    EOFError,
    OverflowError,
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
    copy: bytes
    thumbnail: bytes


def read_photograph(data: bytes, name: str) -> Photograph:
    """The photo's facts and its re-encoded copies.

    Raises TooLarge (pixels) or Refusal (not a photo that can be opened).
    """
    image, camera = _opened(data, name)
    kind, width, height = Image.MIME[image.format or "JPEG"], image.width, image.height
    upright = _flattened(image, name)
    return Photograph(
        content_type=kind,
        width=width,
        height=height,
        camera=camera,
        copy=_jpeg(upright, COPY_SIDE),
        thumbnail=_jpeg(upright, THUMBNAIL_SIDE),
    )


def _opened(data: bytes, name: str) -> tuple[Image.Image, CameraData]:
    """The image with only its header read, and what its camera wrote."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
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
        camera = CameraData()  # broken camera data are no reason to refuse a photo
    return image, camera


def _flattened(image: Image.Image, name: str) -> Image.Image:
    """The decoded picture, upright, in plain RGB on white, no larger than its copy will be."""
    try:
        with _DECODING:
            # A JPEG is decoded at a half, a quarter … of its size when that is enough.
            image.draft("RGB", (COPY_SIDE, COPY_SIDE))
            if image.mode not in {"RGB", "RGBA", "L", "LA"}:
                image = image.convert("RGBA" if image.has_transparency_data else "RGB")
            # Made small first: turning and flattening then cost nothing.
            image.thumbnail((COPY_SIDE, COPY_SIDE))
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            layer = upright.convert("RGBA")
            upright = Image.new("RGB", layer.size, "white")
            upright.paste(layer, mask=layer.getchannel("A"))
        return upright.convert("RGB")
    except _BROKEN as error:
        raise Refusal("photo_unreadable", name=name) from error


def _jpeg(image: Image.Image, side: int) -> bytes:
    """JPEG bytes of the picture within a square; nothing but pixels is carried over."""
    smaller = image.copy()
    smaller.thumbnail((side, side))
    clean = Image.new("RGB", smaller.size)
    clean.paste(smaller)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
