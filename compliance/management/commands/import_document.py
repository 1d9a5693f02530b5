"""`manage.py import_document`: a plan or a rating from a file, shown or stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.domain.refusals import Refusal
from compliance.management.answers import Facts, answer
from compliance.services.acts import Act
from compliance.services.documents.imports import (
    KINDS,
    Request,
    check_storable,
    read_document_file,
    store_document,
)
from notifications.management.arguments import add_format, year


class Command(BaseCommand):
    help = (
        "Reads a plan or a rating (.docx .xlsx .xlsm .xls .ods .pdf .html .txt .tsv .csv .md; .doc"
        " and .rtf where LibreOffice is installed), told by content, and stores it as a draft. "
        "--dry-run only shows what was understood and writes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the document")
        parser.add_argument("--kind", choices=sorted(KINDS), default="auto", help="what it must be")
        parser.add_argument("--year", type=year, metavar="N", help="instead of the title's period")
        parser.add_argument("--organization", metavar="NAME", help="whose document it is")
        parser.add_argument("--dry-run", action="store_true", help="show, store nothing")
        parser.add_argument(
            "--adopt", action="store_true", help="take over a plan already in force on paper"
        )
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        request = Request(
            options["kind"], options["year"], options["organization"], options["adopt"]
        )
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            path: Path = options["path"]
            content = _content(path)
            read = read_document_file(content, path.name, request)
            facts.update(read.as_json())
            if options["dry_run"]:
                check_storable(read.document, request)
            else:
                facts["stored"] = store_document(read, content, request, act=Act.of_system())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal("file_unreadable", path=path, reason=reason) from error


def _worded(facts: Facts) -> str:
    """The document in a few lines: its kind, its content, what was stored."""
    measures = sum(len(section["items"]) for section in facts["sections"])
    lines = [
        f"{facts['kind']}: {facts['title']}",
        f"period: {facts['period']}, organization: {facts['organization']}",
        f"sections: {len(facts['sections'])}, measures: {measures}, "
        f"institutions: {len(facts['institutions'])}",
        f"coverage: {facts['coverage']}",
    ]
    lines += [f"warning, line {one['line']}: {one['code']}" for one in facts["warnings"]]
    lines += [f"unplaced, line {one['line']}: {one['text']}" for one in facts["unplaced"]]
    stored = facts.get("stored", {})
    lines += [f"{name}: {value}" for name, value in stored.items()]
    return "\n".join([*lines, "" if stored else "Nothing was stored."]).rstrip()
