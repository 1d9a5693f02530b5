"""A region's people from one table: kept for a day, previewed any number of times, stored once.

All or nothing, under one lock: two imports wait for each other, and the second sees what the first
has done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from compliance.domain.people.tables import MOST_ROWS, PeopleTable, read_people
from compliance.domain.refusals import Conflict, Forbidden, Refusal, TooLarge
from compliance.files.incoming.intake import ANY_LENGTH, plain_sheets, sheets_from_plain
from compliance.models import Membership, Organisation, PeopleUpload, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.accounts import end_old_addresses, lock_regions
from compliance.services.people.imports.matching import (
    CHANGED,
    KEPT,
    NEW,
    UNCHANGED,
    Matched,
    RowChange,
)
from compliance.services.people.imports.matching_roles import match_table
from compliance.services.people.rights import may_import
from compliance.services.uploads import forget_uploads

LARGEST = 5_000_000  # bytes; ten thousand people take a tenth of it
MOST_CELLS = MOST_ROWS * 40
IMPORT_LOCK = 4_104_001  # or two tables that add the same ministry might both find none
BATCH = 500


def keep_upload(content: bytes, file_name: str, *, act: Act) -> PeopleUpload:
    """The file, kept a day for its uploader; raises when it is not a workbook. Old ones are
    deleted.
    """
    if not act.may(may_import):
        raise Forbidden("not_your_people")
    if len(content) > LARGEST:
        raise TooLarge("too_large", limit=LARGEST)
    name = file_name.replace("\x00", "")[-200:]
    sheets = plain_sheets(content, MOST_CELLS, name=name, bounds=ANY_LENGTH)
    forget_uploads(act.at)
    return PeopleUpload.objects.create(
        uploader=act.person,
        made_at=act.at,
        file_name=name,
        content=content,
        reading=sheets,
    )


def upload_of(upload_id: UUID, act: Act) -> PeopleUpload | None:
    """The uploader's own file that is yet to be stored, unless it is too old."""
    fresh = PeopleUpload.objects.fresh(act.person, act.at)
    return fresh.filter(pk=upload_id, stored_at__isnull=True).first()


def table_of(upload: PeopleUpload) -> PeopleTable:
    """The table in the file."""
    if upload.reading is None:
        upload.reading = plain_sheets(
            bytes(upload.content), MOST_CELLS, name=upload.file_name, bounds=ANY_LENGTH
        )
        upload.save(update_fields=["reading"])
    sheets = sheets_from_plain(upload.reading)
    return read_people([(sheet.name, sheet.rows) for sheet in sheets])


def rows_of(upload: PeopleUpload) -> int:
    """How many rows the file has, its headings and empty ones among them."""
    if upload.reading is None:
        table_of(upload)
    return sum(len(sheet["rows"]) for sheet in upload.reading or [])


def preview(upload: PeopleUpload, act: Act) -> Matched:
    """What would be done now if the file was stored."""
    return match_table(table_of(upload), act.person, timezone.localdate(act.at))


def store_upload(upload_id: UUID, fingerprint: str, *, act: Act) -> Matched:
    """What was stored: exactly what the preview with this fingerprint showed, or nothing."""
    try:
        return _store(upload_id, fingerprint, act)
    except IntegrityError as error:  # entered by hand at the same moment
        raise Conflict("people_changed") from error


@transaction.atomic
def _store(upload_id: UUID, fingerprint: str, act: Act) -> Matched:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    if not act.may(may_import):
        raise Forbidden("not_your_people")
    upload = upload_of(upload_id, act)
    if upload is None:
        raise Conflict("upload_over")
    lock_regions(_regions(act.person))
    matched = preview(upload, act)
    if matched.problems:
        raise Refusal("people_rows", count=len(matched.problems))
    if matched.fingerprint != fingerprint:
        raise Conflict("people_changed")
    _store_organisations(matched.organisations)
    _store_people(matched.people, act)
    _store_roles(matched.roles)
    upload.stored_at, upload.content, upload.reading = act.at, b"", None
    upload.save(update_fields=["stored_at", "content", "reading"])
    _record(matched, act)
    return matched


def _regions(user: User) -> list[int]:
    """The ids of the regions that the person's table can reach."""
    if user.is_superuser:
        return list(Organisation.objects.filter(parent__isnull=True).values_list("pk", flat=True))
    return sorted({int(path.split("/")[1]) for path in user.jurisdiction().paths()})


def _store_organisations(changes: list[RowChange[Organisation]]) -> None:
    """New ones level by level, so that each finds its parent's path; then changed ones."""
    new = [change.thing for change in changes if change.status == NEW]
    changed = [change.thing for change in changes if change.status == CHANGED]
    while new:
        level = [row for row in new if row.parent is None or row.parent.pk]
        new = [row for row in new if row.parent is not None and not row.parent.pk]
        for row in level:
            row.parent = row.parent  # takes over the id that the parent has now
        Organisation.objects.bulk_create(level, batch_size=BATCH)
        _set_paths(level)
    Organisation.objects.bulk_update(changed, KEPT, batch_size=BATCH)


def _set_paths(rows: list[Organisation]) -> None:
    ids = [row.pk for row in rows]
    above = Organisation.objects.filter(pk=OuterRef("parent_id")).values("path")[:1]
    stored = Organisation.objects.filter(pk__in=ids)
    itself = Concat(Cast("pk", CharField()), Value("/"))
    stored.filter(parent__isnull=True).update(path=Concat(Value("/"), itself))
    stored.filter(parent__isnull=False).update(path=Concat(Subquery(above), itself))
    paths = dict(stored.values_list("pk", "path"))
    for row in rows:
        row.path = paths[row.pk]


def _store_people(changes: list[RowChange[User]], act: Act) -> None:
    new = [change.thing for change in changes if change.status == NEW]
    changed = [change for change in changes if change.status == CHANGED]
    for person in new:
        person.password = make_password(None)
    User.objects.bulk_create(new, batch_size=BATCH)
    rows = [change.thing for change in changed]
    User.objects.bulk_update(rows, ["full_name", "email"], batch_size=BATCH)
    moved = [change.thing.pk for change in changed if "email" in change.after]
    if moved:
        end_old_addresses(moved, act)


def _store_roles(changes: list[RowChange[Membership]]) -> None:
    new = [change.thing for change in changes if change.status == NEW]
    for row in new:
        row.user, row.organisation = row.user, row.organisation
    changed = [change.thing for change in changes if change.status == CHANGED]
    Membership.objects.bulk_update(changed, ["post", "starts_on", "ends_on"], batch_size=BATCH)
    Membership.objects.bulk_create(new, batch_size=BATCH)


def _record(matched: Matched, act: Act) -> None:
    """One event in the chain of each region that the table changed; ids, no names or addresses."""
    said: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    regions = {one.thing.user_id: one.thing.organisation.region_id for one in matched.roles}
    for place in _stored(matched.organisations):
        what = f"organisations_{place.status}"
        said[place.thing.region_id][what].append([place.thing.pk, *sorted(place.after)])
    for person in _stored(matched.people):
        if person.thing.pk in regions:
            what = f"people_{person.status}"
            said[regions[person.thing.pk]][what].append([person.thing.pk, *sorted(person.after)])
    for change in _stored(matched.roles):
        role, what = change.thing, f"roles_{change.status}"
        ids = [role.pk, role.user_id, role.organisation_id, role.role, *sorted(change.after)]
        said[role.organisation.region_id][what].append(ids)
    for region in Organisation.objects.filter(pk__in=said).order_by("pk"):
        after = said[region.pk]
        record_and_tell(
            act=act, organisation=region, action="people.import", subject=region, after=after
        )


def _stored(changes: Iterable[RowChange[Any]]) -> list[RowChange[Any]]:
    return [change for change in changes if change.status != UNCHANGED]
