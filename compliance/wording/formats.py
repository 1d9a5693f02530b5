"""What a file is, in words that finish “this is …”."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "jpeg": _("a JPEG picture"),
    "png": _("a PNG picture"),
    "pdf": _("a PDF document"),
    "gif": _("a GIF picture"),
    "bmp": _("a BMP picture"),
    "tiff": _("a TIFF picture"),
    "avif": _("an AVIF picture"),
    "svg": _("an SVG drawing"),
    "html": _("a web page"),
    "video": _("a video"),
    "office": _("a document of Word or Excel"),
    "archive": _("an archive"),
    "program": _("a program"),
}


def format_words(code: str) -> str:
    """The format of this code in words; the code itself if it has none."""
    return str(WORDS.get(code, code))
