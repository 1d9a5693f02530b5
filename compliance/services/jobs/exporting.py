"""Lists as files: a short one at once, a long one as a job whose file is kept for a week.

In `AppConfig.ready` each list registers how its table is made from what its address asks for: the
page and the job make the same one, with the rights that the person has at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any, Final, Generic, TypeVar

from django.core.files import File
from django.http import QueryDict

from compliance.domain.refusals import Forbidden, Refusal
from compliance.files.outgoing.spreadsheets import SheetColumn, text_file, workbook
from compliance.models import Job, User
from compliance.services.jobs.asking import Asker, Order, ask_once_for, place_of
from compliance.services.jobs.running import Run

KIND: Final = "export"
AT_ONCE: Final = 2_000
"""Rows that a request still writes: about a second; gunicorn gives it thirty."""
MOST: Final = 1_000_000
"""Rows of one file, and some below them: a sheet of Excel ends at 1,048,576."""
MOST_OPEN: Final = 3  # exports of one person: others wait in the same queue
STEP: Final = 500  # rows between two words of progress

Row = TypeVar("Row")


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A list to be written: its title, how many rows it has, the rows once, and what they become.

    `written` gives the file, of which no more than a few rows are in memory at a time.
    """

    title: str
    count: int
    rows: Iterable[Row]
    written: Callable[[Iterable[Row]], IO[bytes]]
    ending: str = "xlsx"  # of the file's name

    @property
    def is_long(self) -> bool:
        """Whether it has to be written by a job."""
        return self.count > AT_ONCE


def as_workbook(
    title: str, columns: Sequence[SheetColumn[Row]], count: int, rows: Iterable[Row]
) -> Table[Row]:
    """The list as a workbook with one sheet."""
    return Table(title, count, rows, partial(workbook, title, columns))


def as_text(
    title: str,
    ending: str,
    count: int,
    rows: Iterable[Row],
    lines: Callable[[Iterable[Row]], Iterable[str]],
) -> Table[Row]:
    """The list as the text that `lines` makes of its rows."""
    return Table(title, count, rows, lambda some: text_file(lines(some)), ending)


Maker = Callable[[User, QueryDict, datetime], Table[Any]]
_makers: dict[str, Maker] = {}


def register(name: str, maker: Maker) -> None:
    """Let `maker` make the tables of this list."""
    _makers[name] = maker


def table_of(name: str, user: User, query: QueryDict, at: datetime) -> Table[Any]:
    """The table of the list, as this person may see it now; Forbidden if they may see none.

    Raises Refusal when it has more rows than a sheet of a workbook holds.
    """
    table = _makers[name](user, query, at)
    if table.ending == "xlsx" and table.count > MOST:
        raise Refusal("export_too_long", count=table.count, most=MOST)
    return table


def ask_for_export(
    name: str, title: str, query: QueryDict, page: str, asker: Asker, ending: str = "xlsx"
) -> Job:
    """The job that writes the list into a file named `title`.

    Asked for twice, it is one job. Raises Forbidden for somebody without a place, Refusal when they
    have too many open ones.
    """
    place = place_of(asker.owner)
    if place is None:
        raise Forbidden("not_your_page")
    arguments = {"list": name, "query": query.urlencode(), "ending": ending}
    order = Order(KIND, title, place, page, arguments=arguments)
    return ask_once_for(order, asker, MOST_OPEN)


def export_in_job(run: Run) -> None:
    """Write the list that the job asks for; the file and the job's end are one."""
    owner = run.job.owner
    given = run.job.arguments
    duties = held(owner)
    table = table_of(given["list"], owner, QueryDict(given["query"]), run.clock())
    with table.written(_told(run, table)) as content:
        storage = run.job.output.storage
        stored = storage.save(run.job.output_name(run.job.tries), File(content))
        try:
            with run.finishing() as job:
                job.output, job.result = stored, {"duties": duties}
        except BaseException:
            storage.delete(stored)
            raise


def _told(run: Run, table: Table[Row]) -> Iterator[Row]:
    """The rows, while the job says how far it is and hears whether it is cancelled."""
    for number, row in enumerate(table.rows):
        if number % STEP == 0:
            run.progress(number, max(table.count, number))
        yield row


def held(user: User) -> list[list[str]]:
    """The roles and branches that a person's lists are made with, and whose, as JSON keeps them."""
    duties = sorted(
        [str(duty.role), duty.path, str(duty.holder_id)] for duty in set(user.jurisdiction().duties)
    )
    return [["superuser", "", ""], *duties] if user.is_superuser else duties


def opened(job: Job, user: User) -> File[bytes]:
    """The file of an ended job; Forbidden for others, and for who has lost a role since.

    Raises Refusal when it has no file.
    """
    if job.owner_id != user.pk:
        raise Forbidden("not_your_job")
    if not job.output:
        raise Refusal("job_without_file")
    now = held(user)
    if any(duty not in now for duty in (job.result or {}).get("duties", [])):
        raise Forbidden("export_roles_changed")
    try:
        return job.output.open("rb")
    except FileNotFoundError as error:
        raise Refusal("job_without_file") from error
