"""Taking in evidence: the sealed original, and copies without what the camera knew."""

from __future__ import annotations

import hashlib
import io
import struct
import uuid
import zlib
from functools import partial
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import ExifTags, Image, ImageOps

from compliance.domain.photographs import (
    COPY_SIDE,
    MAX_BYTES,
    MAX_IN_REPORT,
    MAX_PIXELS,
    THUMBNAIL_SIDE,
    CameraData,
    camera_data,
)
from compliance.domain.refusals import Conflict, Refusal, TooLarge
from compliance.models import Evidence, ExecutionReport
from compliance.services.acts import Act
from compliance.services.audit import record
from compliance.services.reports import lock_draft

FORMATS = ("JPEG", "PNG")
# Pillow refuses at twice this by itself; the check below refuses at once this.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

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


def attach_photo(
    report: ExecutionReport,
    upload: UploadedFile[bytes],
    *,
    act: Act,
    phase: str = Evidence.Phase.AFTER,
) -> Evidence:
    """The photo attached to a draft report: original sealed, copies re-encoded.

    Raises TooLarge (bytes or pixels), Refusal (not a photo, a repeat, too many) or Conflict (the
    report is no longer a draft). Nothing stays behind on an error, neither row nor file.
    """
    name = (upload.name or "photo")[-200:]
    if (upload.size or 0) > MAX_BYTES:
        raise TooLarge("photo_too_large", megabytes=MAX_BYTES // 2**20)
    data = upload.read()
    image, camera = _opened(data, name)
    evidence = Evidence(
        phase=phase,
        name=name,
        content_type=Image.MIME[image.format or "JPEG"],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=image.width,
        height=image.height,
        camera_latitude=camera.latitude,
        camera_longitude=camera.longitude,
        received_at=act.at,
        received_from=act.person,
    )
    upright = _flattened(image, name)
    copies = {"copy": _jpeg(upright, COPY_SIDE), "thumbnail": _jpeg(upright, THUMBNAIL_SIDE)}
    try:
        return _stored(report, evidence, data, copies, camera, act)
    except Exception:
        for kept in (evidence.original, evidence.copy, evidence.thumbnail):
            if kept:
                kept.delete(save=False)
        raise


@transaction.atomic
def _stored(
    report: ExecutionReport,
    evidence: Evidence,
    data: bytes,
    copies: dict[str, bytes],
    camera: CameraData,
    act: Act,
) -> Evidence:
    report = lock_draft(report.pk, act=act)
    organisation = report.occurrence.organisation
    attached = report.evidence.values_list("sha256", flat=True)
    if evidence.sha256 in attached:
        raise Conflict("photo_repeated", name=evidence.name)
    if len(attached) >= MAX_IN_REPORT:
        raise Refusal("photo_limit", limit=MAX_IN_REPORT)
    evidence.report = report
    if camera.taken_at:
        evidence.camera_at = camera.taken_at.replace(tzinfo=ZoneInfo(organisation.time_zone))
    folder = f"evidence/{uuid.uuid4()}"
    evidence.original.save(f"{folder}/original", ContentFile(data), save=False)
    evidence.copy.save(f"{folder}/copy.jpg", ContentFile(copies["copy"]), save=False)
    evidence.thumbnail.save(f"{folder}/thumbnail.jpg", ContentFile(copies["thumbnail"]), save=False)
    evidence.save()
    record(
        act=act,
        organisation=organisation,
        action="evidence.attach",
        subject=report.occurrence,
        after={"name": evidence.name, "sha256": evidence.sha256, "size": evidence.size},
    )
    return evidence


@transaction.atomic
def detach_photo(evidence: Evidence, *, act: Act) -> None:
    """Take a photo out of a draft.

    Its files go when the transaction has committed, unless an earlier, returned report shows the
    same photo.
    """
    report = lock_draft(evidence.report_id, act=act)
    kept = [evidence.original, evidence.copy, evidence.thumbnail]
    after = {"name": evidence.name, "sha256": evidence.sha256}
    evidence.delete()
    record(
        act=act,
        organisation=report.occurrence.organisation,
        action="evidence.detach",
        subject=report.occurrence,
        before=after,
    )
    if not Evidence.objects.filter(original=kept[0].name).exists():
        for file in kept:
            transaction.on_commit(partial(file.delete, save=False))


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
    """The decoded picture, upright, in plain RGB on white."""
    try:
        # A JPEG is decoded at a half, a quarter … of its size when that is enough for the copy.
        image.draft("RGB", (COPY_SIDE, COPY_SIDE))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
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
