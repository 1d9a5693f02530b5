"""What holds for every deadline, not only for the phrases somebody thought of."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines import Deadline, read_deadline
from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.phrases import read_nodes
from compliance.domain.deadlines.grammar.vocabulary import GRAMMAR_WORDS, VOCABULARY
from compliance.domain.deadlines.parts import DeadlinePart
from compliance.domain.deadlines.recurrence import part_dates
from compliance.domain.deadlines.schedule import schedule
from compliance.domain.deadlines.wording import print_deadline

PLAN = Period.of_years(2026, 2027)
CALENDAR = WorkingCalendar.of(non_working=[date(2026, 1, day) for day in range(1, 9)])

# --- strategies -----------------------------------------------------------------------------------

WORDS = sorted(VOCABULARY) + sorted(GRAMMAR_WORDS) * 5
SIGNS = [",", ";", "(", ")", "-", ".", "/", "1", "2", "15", "31", "2026", "2027", "I", "IV", "\n"]
PHRASES = st.lists(st.sampled_from(SIGNS) | st.sampled_from(WORDS), max_size=12).map(" ".join)
TEXTS = st.text(max_size=2000) | PHRASES
PLANS = st.builds(
    lambda start, days: Period(start, start + timedelta(days=days)),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.integers(0, 1500),
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
SPANS = st.builds(
    lambda start, days: (start, start + timedelta(days=days)), DAYS, st.integers(1, 900)
)
WHOLE_YEARS = st.tuples(st.integers(2025, 2027), st.integers(0, 2)).map(
    lambda pair: (date(pair[0], 1, 1), date(pair[0] + pair[1], 12, 31))
)
SCOPES = SPANS | WHOLE_YEARS
FREQUENCIES = st.sampled_from(["daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"])
REPEATS = st.sampled_from(["recurring", "minimum_frequency"])
LENGTH_OF_MONTHS = {"quarterly": 3, "half_yearly": 6, "yearly": 12}


def within(scope: tuple[date, date], **fields: object) -> DeadlinePart:
    return DeadlinePart(start=scope[0], end=scope[1], **fields)


@st.composite
def days_of_periods(draw: st.DrawFn) -> DeadlinePart:
    """A recurring part with a day in each period, with or without a lag."""
    freq = draw(st.sampled_from(["monthly", "quarterly", "half_yearly", "yearly"]))
    length = LENGTH_OF_MONTHS.get(freq)
    month = draw(st.integers(1, length)) if length else None
    day = draw(st.integers(1, 28))
    if freq == "yearly" and draw(st.booleans()):
        day = None
    lag = draw(st.integers(0, 1))
    return within(
        draw(SCOPES), kind="recurring", freq=freq, times=1, day=day, month=month, lag_periods=lag
    )


PARTS = st.one_of(
    st.builds(lambda day: DeadlinePart("date", day, day), DAYS),
    st.builds(lambda scope: within(scope, kind="period"), SCOPES),
    st.builds(lambda scope: within(scope, kind="continuous"), SCOPES),
    st.builds(
        lambda scope, kind, freq, times: within(scope, kind=kind, freq=freq, times=times),
        SCOPES, REPEATS, FREQUENCIES, st.integers(1, 31),
    ),
    st.builds(  # once is no recurrence, so it begins with twice
        lambda scope, kind, times: within(scope, kind=kind, times=times),
        SCOPES, REPEATS, st.integers(2, 12),
    ),
    st.builds(
        lambda scope, kind, amount: within(
            scope, kind=kind, times=1, amount=amount, unit="months"
        ),
        SCOPES, REPEATS, st.sampled_from([2, 4, 5, 7, 8, 9, 24, 36]),
    ),
    st.builds(
        lambda scope, weekday: within(
            scope, kind="recurring", freq="weekly", times=1, weekday=weekday
        ),
        SCOPES, st.integers(1, 7),
    ),
    days_of_periods(),
    st.builds(
        lambda amount, unit, anchor: DeadlinePart(
            "relative", amount=amount, unit=unit, anchor=anchor
        ),
        st.integers(1, 90),
        st.sampled_from(["working_days", "calendar_days", "months"]),
        st.none() | st.sampled_from(["получения", "утверждения плана", "обращения граждан"]),
    ),
    st.sampled_from(
        [
            DeadlinePart("as_needed"),
            DeadlinePart("as_needed", anchor="по мере поступления обращений"),
            DeadlinePart("external"),
            DeadlinePart("external", anchor="согласно плану работы на 2026 год"),
            DeadlinePart("relative", amount=0, unit="calendar_days"),
            DeadlinePart("relative", amount=-3, unit="working_days", anchor="проверки"),
        ]
    ),
)  # fmt: skip
CONDITIONS = st.none() | st.sampled_from(
    ["при наличии финансирования", "по согласованию с Учредителем"]
)


def understood(parts: list[DeadlinePart], condition: str | None) -> Deadline:
    dated = [
        DeadlinePart(**{**{name: getattr(part, name) for name in DeadlinePart.__slots__},
                "due_dates": part_dates(part)})
        for part in parts
    ]  # fmt: skip
    return Deadline("", tuple(dated), condition)


# --- properties -----------------------------------------------------------------------------------


@given(st.lists(PARTS, min_size=1, max_size=3), CONDITIONS)
def test_printing_and_reading_again_gives_the_same_parts(
    parts: list[DeadlinePart], condition: str | None
) -> None:
    deadline = understood(parts, condition)
    again = read_deadline(print_deadline(deadline), PLAN)
    if condition is not None and parts in ([DeadlinePart("as_needed")], [DeadlinePart("external")]):
        return  # such a deadline is printed as its condition alone
    assert (again.parts, again.condition) == (deadline.parts, deadline.condition)


@given(PHRASES, PLANS)
def test_what_is_understood_prints_to_what_is_understood_the_same(
    phrase: str, plan: Period
) -> None:
    deadline = read_deadline(phrase, plan)
    if deadline.confidence != "unknown":
        again = read_deadline(print_deadline(deadline), plan)
        assert again.due_dates == deadline.due_dates


@given(TEXTS, PLANS, st.none() | DAYS)
def test_no_text_raises_and_an_unknown_one_has_no_dates(
    text: str, plan: Period, today: date | None
) -> None:
    deadline = read_deadline(text, plan, today)
    assert deadline.text == text
    assert Deadline.from_json(deadline.as_json()) == deadline
    has_unread = any(part.kind == "unread" for part in deadline.parts)
    assert has_unread == (deadline.confidence == "unknown")
    if has_unread:
        assert deadline.due_dates == ()


@given(TEXTS, PLANS)
def test_dates_lie_in_the_plan_or_carry_a_note(text: str, plan: Period) -> None:
    deadline = read_deadline(text, plan)
    years = {note.year for note in deadline.notes if note.code == "outside_period"}
    after = {note.on for note in deadline.notes if note.code == "after_period"}
    for day in deadline.due_dates:
        assert day in plan or day.year in years or day in after


@given(PHRASES, PLANS)
def test_an_assumption_is_always_said(phrase: str, plan: Period) -> None:
    deadline = read_deadline(phrase, plan)
    assert deadline.confidence != "assumed" or deadline.notes


@given(PHRASES | st.just("еженедельно; до 8 января; постоянно"), PLANS)
def test_the_schedule_is_sorted_and_has_one_date_a_day(phrase: str, plan: Period) -> None:
    found = schedule(read_deadline(phrase, plan), plan, CALENDAR)
    due = [item.due_on for item in found]
    assert due == sorted(set(due))
    for item in found:
        assert item.due_on in plan or item.intended_on not in plan


def steps(text: str) -> int:
    """How many tokens the grammar looked at."""
    cursor = Cursor(text)
    read_nodes(cursor)
    return cursor.steps


MOST_STEPS_PER_CHARACTER = 60
"""Each token is looked at by a fixed number of rules, each with a finite look-ahead."""


@given(TEXTS)
def test_the_work_is_bounded_by_the_length_of_the_text(text: str) -> None:
    assert steps(text) <= MOST_STEPS_PER_CHARACTER * max(len(text), 10)


@settings(max_examples=300)
@given(PHRASES.filter(lambda phrase: len(phrase) > 3))
def test_twice_the_text_is_at_most_about_twice_the_work(phrase: str) -> None:
    once, twice = (steps((phrase + " ") * (size // (len(phrase) + 1))) for size in (1000, 2000))
    assert twice <= 2.5 * once + 500


@pytest.mark.parametrize(
    "brick",
    [
        "при наличии а, ", "в соответствии с планом по ", "1, ", "1 и ", "по мере при наличии до ",
        "январь, ", "5 рабочих дней со дня до ", "согласно графику в установленные ", "(", "1-",
        "за 3 дня до ", "каждый ", "не позднее ", "с 1 по ", "a", "Ш", "-", "еже-", "при условии (",
        "согласно , ", "с момента с момента ", "до 5 числа месяца, ", "в течение ",
        "12.00 ", "до 12.00 и ", "1 этап - ", "за 1 квартал до ", "1 квартал – до 15 апреля, ",
        "2017 2018 ", "2017, ", "месяца, следующего за ", "за отчетным кварталом ",
        "не менее 1, но не более ", "не чаще 1 раза в год ", "по итогам ", "10 (", "двадцать ",
        "3-5 ", "учебного года ", "до 1 марта за ", "декабрь 2017 2018 2019 ",
        "в месяце, следующем за ",
    ],
)  # fmt: skip
def test_phrases_made_to_be_hard_are_read_in_linear_work(brick: str) -> None:
    once, twice, four_times = (steps((brick * size)[:size]) for size in (1000, 2000, 4000))
    assert twice <= 2.5 * once + 500
    assert four_times <= 2.5 * twice + 500
