"""A page of the audit trail at 1,000,000 events: each search with its indexes and without them.

    DATABASE_URL=postgres://… python benchmarks/audit_search.py [EVENTS]

The rows are made in one statement, in a transaction that is rolled back.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import django

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
REGIONS, INSTITUTIONS, PEOPLE = 20, 50, 40  # institutions and people of each region
ROWS = """
INSERT INTO compliance_auditevent (organisation_id, region_id, sequence, version, at, actor_id,
    address, action, subject_kind, subject_id, before, after, reason, previous_hash, hash)
SELECT o.id, o.region, 1000000 + n, 2, now() - n * interval '1 minute',
    (SELECT min(id) FROM compliance_user) + n %% (SELECT count(*) FROM compliance_user),
    '', 'action.' || n %% 40, 'plan', n %% 5000, '{}', '{}',
    CASE WHEN n %% 10 = 0 THEN 'по приказу № ' || n ELSE '' END, '', ''
FROM generate_series(1, %s) AS n
JOIN (SELECT id, split_part(path, '/', 2)::bigint AS region,
        row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS total
      FROM compliance_organisation WHERE path LIKE %s) AS o ON o.place = n %% o.total
"""


def prepare() -> Any:
    """The administrator of one region among twenty, and the events of them all."""
    from django.db import connection

    from compliance.models import Membership, Organisation, User

    for number in range(REGIONS):
        top = Organisation.objects.create(kind="ministry", name=f"Министерство {number} (замер)")
        for place in range(INSTITUTIONS):
            Organisation.objects.create(kind="institution", name=f"ГБУ {place}", parent=top)
        User.objects.bulk_create(
            User(username=f"bench-{number}-{place}", full_name=f"Замер {number} {place}")
            for place in range(PEOPLE)
        )
    person = User.objects.get(username="bench-0-0")
    region = Organisation.objects.get(name="Министерство 0 (замер)")
    Membership.objects.create(user=person, organisation=region, role="administrator")
    with connection.cursor() as cursor:
        started = perf_counter()
        cursor.execute(ROWS, [EVENTS, "/%"])
        cursor.execute("ANALYZE compliance_auditevent")
        print(f"{EVENTS} events made in {perf_counter() - started:.0f} s")
    return person


def measure(person: Any, name: str, search: Any, place: str = "") -> None:
    """Print the best of three pages, and of three without the indexes that serve it."""
    from django.db import connection

    from compliance.services.audit import search as audit
    from notifications.views.paging import Listing

    times = []
    for is_indexed in ("on", "off"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL enable_indexscan = {is_indexed}")
            cursor.execute(f"SET LOCAL enable_bitmapscan = {is_indexed}")
        best = 9e9
        for _time in range(3):
            started = perf_counter()
            rows = audit.found(person, search).with_names()
            page = Listing(rows).page(place, 50, is_counted=False)
            best = min(best, perf_counter() - started)
        times.append(best)
    print(
        f"{name:34} {len(page.object_list):3} rows {times[0] * 1000:8.1f} ms"
        f"   without indexes {times[1] * 1000:8.1f} ms   ×{times[1] / times[0]:.0f}"
    )


def main() -> None:
    """Make the events, look for them, roll everything back."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    os.environ.setdefault("DEBUG", "1")
    django.setup()
    from django.db import connection, transaction

    from compliance.models import AuditEvent, Organisation
    from compliance.services.audit import search as audit
    from compliance.services.audit.search import Search
    from notifications.views.paging import Listing

    if connection.vendor != "postgresql":
        print("needs DATABASE_URL=postgres://…")
        return
    with transaction.atomic():
        person = prepare()
        every = Listing(audit.found(person, Search()))
        end = every.page("last", 60, is_counted=False)
        month = end.object_list[0].at
        own = str(Organisation.objects.filter(parent__name="Министерство 0 (замер)")[7].pk)
        for name, search, place in (
            ("latest", Search(), ""),
            ("the last page", Search(), end.previous),
            ("one institution", Search(organisation=own), ""),
            ("one person", Search(person="Замер 0 7"), ""),
            ("one action", Search(action="action.7"), ""),
            ("one object", Search(kind="plan", object_id=77), ""),
            ("a month long ago", Search(until=month), ""),
            ("words of a reason", Search(words="приказу"), ""),
            ("words that nothing has", Search(words="ничего"), ""),
        ):
            measure(person, name, search, place)
        print(AuditEvent.objects.count(), "events in all")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
