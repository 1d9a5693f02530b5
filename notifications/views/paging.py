"""Pages of a list by the key of a row, not by its number: the thousandth costs what the first does.

A key is what the list is in the order of: the values of one row. An address asks for the rows after
a key or before it, so that rows added meanwhile neither repeat a row nor hide one. Keys are signed:
one that is broken, or of another order, opens the beginning of the list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db.models import F, Func, IntegerField, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import GreaterThan, LessThan
from django.db.models.query import RawQuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

ROWS = 50
FEW_ROWS = 25  # of a list whose rows take several lines each
COUNTED = 1000  # rows of all pages, at most: beyond it says "more than"
AFTER, BEFORE, LAST = "after", "before", "last"

Rows = QuerySet[Any]
Key = list[Any]


@dataclass(frozen=True)
class Total:
    """A number of rows; with `is_more` there are more than that."""

    count: int
    is_more: bool = False


class KeysetPage:
    """The rows of one page, and where the pages beside it are."""

    def __init__(
        self,
        rows: list[Any],
        *,
        previous: str,
        following: str,
        count: Callable[[], Total | None],
    ) -> None:
        self.object_list = rows
        self.previous = previous  # what `page` is in the address of the page before; "" for none
        self.following = following
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    @property
    def is_only(self) -> bool:
        """Whether the list has no other page."""
        return not (self.previous or self.following)

    @cached_property
    def total(self) -> Total | None:
        """How many rows all pages have; None where nobody counts them."""
        return Total(len(self.object_list)) if self.is_only else self._count()


def page_of(
    rows: Rows,
    request: HttpRequest,
    size: int = ROWS,
    *,
    count: int | None = None,
    is_counted: bool = True,
) -> KeysetPage:
    """The page of a list that the address asks for, or its first one, with a word about that.

    `count` is how many rows there are, where that is known already.
    """
    place = request.GET.get("page", "")
    listing = Listing(rows)
    if not listing.knows(place):
        words = _("The place in the list that this address names is not known: here is the start.")
        messages.info(request, words)
    return listing.page(place, size, count=count, is_counted=is_counted)


@dataclass(frozen=True)
class Column:
    """One of the values that a list is in the order of."""

    name: str  # under which each row has it
    expression: Any
    falls: bool
    nulls_last: bool | None  # None: it is never NULL

    def ordering(self, is_back: bool) -> OrderBy:
        """The order by this column alone."""
        last = self.nulls_last if self.nulls_last is None else self.nulls_last != is_back
        return OrderBy(
            F(self.name),
            descending=self.falls != is_back,
            nulls_last=last or None,
            nulls_first=True if last is False else None,
        )


class Listing:
    """A list in the order of its queryset, which is made total by the primary key."""

    def __init__(self, rows: Rows) -> None:
        self.plain = rows
        self.columns = _columns(rows)
        self.rows = rows.annotate(**{one.name: one.expression for one in self.columns})
        # A key of another order means nothing here.
        order = [(repr(one.expression), one.falls, one.nulls_last) for one in self.columns]
        self.signer = Signer(salt=f"page of {order}", sep=".")

    def knows(self, place: str) -> bool:
        """Whether the place is the start, the end, or beside a key of this order."""
        return place in {"", "1", LAST} or self._key(place) is not None

    def page(
        self, place: str, size: int, *, count: int | None = None, is_counted: bool = True
    ) -> KeysetPage:
        """The page at a place: the first one if it is not known, the nearest if it is empty now."""
        key = self._key(place)
        is_back = place == LAST or (key is not None and place.startswith(BEFORE))
        found = self._take(key, size + 1, is_back=is_back)
        if not found and key is not None:
            is_back, key = not is_back, None
            found = self._take(key, size + 1, is_back=is_back)
        has_more, found = len(found) > size, found[:size]
        if is_back:
            found.reverse()
        has_previous = has_more if is_back else key is not None
        has_next = key is not None if is_back else has_more

        def counted() -> Total | None:
            if count is not None:
                return Total(count)
            return self._total() if is_counted else None

        return KeysetPage(
            found,
            previous=self._place(BEFORE, found[0]) if has_previous and found else "",
            following=self._place(AFTER, found[-1]) if has_next and found else "",
            count=counted,
        )

    def _total(self) -> Total:
        found = self.plain.order_by()[: COUNTED + 1].count()
        return Total(min(found, COUNTED), is_more=found > COUNTED)

    def _place(self, side: str, row: Any) -> str:
        key = []
        for one in self.columns:
            value = getattr(row, one.name)
            if value is None and one.nulls_last is None:
                raise ImproperlyConfigured(f"{one.expression} is NULL: say whether NULLs are last")
            key.append(str(value) if isinstance(value, date | Decimal) else value)
        return f"{side}.{self.signer.sign_object(key, Letters, compress=True)}"

    def _key(self, place: str) -> Key | None:
        side, _sign, signed = place.partition(".")
        if side not in {AFTER, BEFORE}:
            return None
        try:
            values = self.signer.unsign_object(signed, Letters)
        except (BadSignature, UnicodeError):
            return None
        found = self.rows.query.annotations
        return [
            found[one.name].output_field.to_python(value)
            for one, value in zip(self.columns, values, strict=True)
        ]

    def _take(self, key: Key | None, count: int, *, is_back: bool) -> list[Any]:
        """So many rows after the key, or, going back, before it, the nearest first."""
        ordered = self.rows.order_by(*(one.ordering(is_back) for one in self.columns))
        if key is None:
            return list(ordered[:count])
        if any(row.contains_over_clause for row in self.rows.query.annotations.values()):
            return list(self._around(key, count, is_back))
        found: list[Any] = []
        for part in self._beyond(ordered, key, is_back):
            found += part[: count - len(found)]
            if len(found) == count:
                break
        return found

    def _beyond(self, rows: Rows, key: Key, is_back: bool) -> Iterator[Rows]:
        """The rows beyond the key, nearest first, in parts that an index finds each by itself.

        First those that share with the key all but the last columns that run the same way, then
        those that share less: `a = 1 AND (b, id) > (2, 3)`, then `a > 1`. One part where all
        columns run the same way, as (a, b, id) > (1, 2, 3).
        """
        runs = _runs(self.columns)
        for run in reversed(runs):
            shared = rows
            for column, value in zip(self.columns[: run.start], key, strict=False):
                same = {f"{column.name}__isnull": True} if value is None else {column.name: value}
                shared = shared.filter(**same)
            within = slice(run.start, run.stop)
            yield from _past(shared, self.columns[within], key[within], is_back)

    def _around(self, key: Key, count: int, is_back: bool) -> RawQuerySet[Any]:
        """Like `_take` for an order by a window over all rows: what is compared stands around it.

        Django would compare inside, or mistake the columns; the rows have their key and no more.
        """
        assert len(_runs(self.columns)) == 1, "its columns run the same way, and none is NULL"
        is_falling = self.columns[0].falls != is_back
        names, own = [one.name for one in self.columns], self.rows.model._meta.pk
        inside, values = self.rows.order_by().values(own.name, *names).query.sql_with_params()
        statement = (
            f"SELECT * FROM ({inside}) AS listed "
            f"WHERE ({', '.join(names)}) {'<' if is_falling else '>'} "
            f"({', '.join(['%s'] * len(names))}) "
            f"ORDER BY {', '.join(f'{name} DESC' if is_falling else name for name in names)} "
            f"LIMIT {count}"
        )
        found: RawQuerySet[Any] = self.rows.model._base_manager.raw(statement, [*values, *key])
        return found


def _columns(rows: Rows) -> list[Column]:
    query = rows.query
    options = query.get_meta()
    usual = options.ordering if query.default_ordering else None
    given = list(query.order_by or usual or ["pk"])
    columns = [_column(f"page_key_{number}", one) for number, one in enumerate(given)]
    if given[-1] not in {"pk", "-pk", "id", "-id"}:
        last = Column(f"page_key_{len(columns)}", F("pk"), columns[-1].falls, None)
        columns.append(last)
    return columns


def _column(name: str, given: Any) -> Column:
    if isinstance(given, str):
        return Column(name, F(given.removeprefix("-")), given.startswith("-"), None)
    if isinstance(given, OrderBy):
        says = given.nulls_last or given.nulls_first
        last = bool(given.nulls_last) if says else None
        return Column(name, given.expression, given.descending, last)
    return Column(name, given, False, None)


def _runs(columns: list[Column]) -> list[range]:
    """The columns in runs that one comparison of rows covers; one that may be NULL stands alone."""
    starts = [
        place
        for place, column in enumerate(columns)
        if place == 0
        or column.falls != columns[place - 1].falls
        or not (column.nulls_last is columns[place - 1].nulls_last is None)
    ]
    return [range(a, b) for a, b in zip(starts, [*starts[1:], len(columns)], strict=True)]


def _past(rows: Rows, run: list[Column], key: Key, is_back: bool) -> Iterator[Rows]:
    """The rows past the key by a run of columns; then those where it is NULL, if they follow."""
    first = run[0]
    nulls_follow = first.nulls_last is not None and first.nulls_last != is_back
    if key[0] is not None:
        compare = LessThan if first.falls != is_back else GreaterThan
        mine = Row(*(F(one.name) for one in run))
        fields = [rows.query.annotations[one.name].output_field for one in run]
        theirs = Row(*(Value(value, field) for value, field in zip(key, fields, strict=True)))
        yield rows.filter(compare(mine, theirs))
        if nulls_follow:
            yield rows.filter(**{f"{first.name}__isnull": True})
    elif not nulls_follow:
        yield rows.filter(**{f"{first.name}__isnull": False})


class Letters:
    """Keys as JSON with their letters as they are, so that a long title still fits an address."""

    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data.decode())


class Row(Func):
    """Several values that are compared as one: `(a, b) > (1, 2)`."""

    template = "(%(expressions)s)"
    output_field = IntegerField()  # compared only, never read

    def get_group_by_cols(self) -> list[Any]:
        """Of what stands in it: no database groups by a row of values."""
        return [col for one in self.get_source_expressions() for col in one.get_group_by_cols()]
