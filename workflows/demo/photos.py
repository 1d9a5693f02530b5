"""Drawn photographs: an entrance before and after, a stand, a certificate. No text, no people."""

from __future__ import annotations

import io
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw

SIZE = (480, 360)
WALLS = ("#d8d2c4", "#cfd8dc", "#d7ccc8", "#dcedc8", "#e1d5e7")


def photo(name: str, subject: str, number: int, taken_at: datetime) -> SimpleUploadedFile:
    """A small JPEG of the subject, as a browser sends it, with the camera's time in it."""
    image = Image.new("RGB", SIZE, WALLS[number % len(WALLS)])
    DRAWINGS[subject](ImageDraw.Draw(image), number)
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken_at.strftime(
        "%Y:%m:%d %H:%M:%S"
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def act_of_acceptance() -> SimpleUploadedFile:
    """A one-page PDF without words, as a scanner makes one."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length 34>>stream\n60 700 475 2 re 60 660 475 2 re f \nendstream",
    )
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    data = body + b"xref\n0 5\n0000000000 65535 f \n" + table + end
    return SimpleUploadedFile("акт приёмки.pdf", data, content_type="application/pdf")


def _entrance(draw: ImageDraw.ImageDraw, number: int) -> None:
    """Steps to a door, and nothing to hold on to."""
    shift = number % 40
    draw.rectangle((0, 290, 480, 360), fill="#8d8d8d")
    draw.rectangle((190 + shift, 90, 290 + shift, 230), fill="#6d4c41", outline="#3e2723", width=4)
    for step in range(3):
        top = 230 + step * 20
        draw.rectangle((170 + shift - step * 18, top, 310 + shift + step * 18, top + 20),
                       fill="#9e9e9e", outline="#616161")  # fmt: skip


def _ramp(draw: ImageDraw.ImageDraw, number: int) -> None:
    """The same entrance with a ramp and a handrail."""
    _entrance(draw, number)
    shift = number % 40
    draw.polygon([(20, 300), (175 + shift, 232), (175 + shift, 300)], fill="#b0bec5")
    draw.line((20, 245, 180 + shift, 178), fill="#fbc02d", width=8)
    for post in range(4):
        left = 25 + post * 48
        draw.line((left, 245 - post * 20, left, 298 - post * 20), fill="#fbc02d", width=6)


def _stand(draw: ImageDraw.ImageDraw, number: int) -> None:
    """An information stand with sheets in two rows."""
    draw.rectangle((60, 50, 420, 290), fill="#1565c0", outline="#0d47a1", width=6)
    for sheet in range(6):
        left, top = 80 + sheet % 3 * 112, 70 + sheet // 3 * 110
        draw.rectangle((left, top, left + 95, top + 95), fill="white")
        for line in range(5 + (number + sheet) % 4):
            draw.line((left + 8, top + 12 + line * 9, left + 85, top + 12 + line * 9), fill="#777")


def _paper(draw: ImageDraw.ImageDraw, number: int) -> None:
    """A certificate with a stamp on a table."""
    draw.rectangle((0, 200, 480, 360), fill="#a1887f")
    draw.rectangle((110, 30, 370, 330), fill="#fffde7", outline="#bcaaa4", width=3)
    draw.rectangle((150, 60, 330, 80), fill="#5d4037")
    for line in range(8):
        draw.line((140, 110 + line * 18, 340 - (number + line) % 5 * 12, 110 + line * 18),
                  fill="#90a4ae", width=3)  # fmt: skip
    draw.ellipse((270, 250, 340, 320), outline="#1a237e", width=5)


DRAWINGS = {"before": _entrance, "after": _ramp, "stand": _stand, "paper": _paper}
