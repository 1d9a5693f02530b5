"""What telephones send: HEIC and WEBP, turned pictures, deep grey, and the clock of the camera."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from compliance.domain.refusals import TooLarge
from compliance.files.incoming.intake import take_apart
from compliance.files.incoming.runner import Bounds
from compliance.models import Evidence, Organisation
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import draft_report
from compliance.wording.refusals import sentence
from tests.building import factories as make
from tests.building.scenes import executing

pillow_heif.register_heif_opener()


def picture(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture with edges: dark to the left, light to the right, in circles."""
    return Image.radial_gradient("L").crop((0, 0, 200, 150)).resize(size).convert("RGB")


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def taken(offset: str = "", orientation: int = 1) -> bytes:
    """What a camera writes: 1 March 2026, half past nine, held this way."""
    exif = Image.Exif()
    exif[274] = orientation
    details = exif.get_ifd(0x8769)
    details[36867] = "2026:03:01 09:30:00"
    if offset:
        details[36881] = offset
    return exif.tobytes()


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("HEIF", "image/heic"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")],
)
def test_a_turned_photo_of_each_format_stands_upright_with_its_time(kind, content_type):
    photo = take_apart(encoded(picture(), kind, exif=taken("+07:00", 6)), "фото")
    assert photo.content_type == content_type
    assert (photo.width, photo.height) == (480, 640)
    assert photo.camera.taken_at == datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    copy = Image.open(io.BytesIO(photo.copy))
    assert (copy.format, copy.size) == ("JPEG", (480, 640)) and not copy.getexif()


def test_deep_grey_is_no_white_picture():
    """Black in one half, sixteen bits of middle grey in the other."""
    row = bytes(200) + (32768).to_bytes(2, "little") * 100
    deep = Image.frombytes("I;16", (200, 100), row * 100)
    photo = take_apart(encoded(deep, "PNG"), "скан.png")
    copy = Image.open(io.BytesIO(photo.copy)).convert("L")
    assert abs(copy.getpixel((50, 50)) - 0) <= 3
    assert abs(copy.getpixel((150, 50)) - 127) <= 3


def test_what_is_transparent_becomes_white_also_when_a_picture_is_cut_into_strips():
    image = Image.new("RGBA", (4400, 3000), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 1500, 4400, 3000))
    copy = Image.open(io.BytesIO(take_apart(encoded(image, "PNG"), "a.png").copy))
    width, height = copy.size
    assert (width, height) == (2000, 1364)
    assert min(copy.getpixel((width // 2, height // 4))) > 250
    red, green, blue = copy.getpixel((width // 2, height * 3 // 4))
    assert red > 245 and green < 10 and blue < 10


def test_a_jpeg_of_a_thousand_scans_is_refused_before_it_is_decoded():
    whole = encoded(Image.new("RGB", (4000, 3000), "gray"), "JPEG", progressive=True)
    last, end = whole.rfind(b"\xff\xda"), whole.rfind(b"\xff\xd9")
    heavy = whole[:end] + whole[last:end] * 1000 + whole[end:]
    with pytest.raises(TooLarge) as caught:
        take_apart(heavy, "тяжёлое.jpg", bounds=Bounds(seconds=20))
    assert caught.value.code == "photo_too_many_scans"


def test_a_small_file_of_many_pixels_keeps_within_its_memory():
    """Sixty megapixels with transparency: 240 MB decoded, little more while it is made small."""
    png = encoded(Image.new("RGBA", (7700, 7700)), "PNG", compress_level=1)
    photo = take_apart(png, "большое.png", bounds=Bounds(seconds=120, memory=600 * 2**20))
    assert (photo.width, photo.height) == (7700, 7700)
    with pytest.raises(TooLarge) as caught:
        take_apart(png, "большое.png", bounds=Bounds(seconds=120, memory=200 * 2**20))
    assert caught.value.code == "takes_too_much_memory", "the bound holds in the real child"


def test_the_same_picture_in_other_sizes_and_formats_has_nearly_the_same_fingerprint():
    from compliance.domain.evidence.likeness import distance

    one, other, foreign = (
        take_apart(data, "a").likeness
        for data in (
            encoded(picture(), "JPEG"),
            encoded(picture((320, 240)), "WEBP", quality=50),
            encoded(picture().rotate(180), "JPEG"),
        )
    )
    assert distance(one, other) <= 6 < distance(one, foreign)
    assert take_apart(encoded(Image.new("RGB", (90, 90), "teal"), "PNG"), "a").likeness is None


def test_the_sentence_names_what_the_file_really_is():
    from compliance.domain.refusals import Refusal

    with pytest.raises(Refusal) as caught:
        take_apart(encoded(picture(), "GIF"), "фото.heic")
    assert "GIF" in sentence(caught.value) and "фото.heic" in sentence(caught.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("offset", "instant"),
    [("", (2026, 3, 1, 2, 30)), ("+03:00", (2026, 3, 1, 6, 30))],
    ids=["no zone: the institution's", "its own zone"],
)
def test_the_cameras_time_is_of_the_institutions_zone_unless_it_names_its_own(offset, instant):
    scene = executing()
    Organisation.objects.filter(pk=scene.region.own.pk).update(time_zone="Asia/Novosibirsk")
    act = make.act(scene.region.executor)
    file = SimpleUploadedFile("фото.jpg", encoded(picture(), "JPEG", exif=taken(offset)))
    attach_photo(draft_report(scene.occurrence.pk, act=act), file, act=act)
    assert Evidence.objects.get().camera_at == datetime(*instant, tzinfo=UTC)
