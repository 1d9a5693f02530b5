"""What /design/ shows its parts with: invented things that are in no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from compliance.forms.fields import select
from compliance.models import AuditEvent, Organisation, Plan, User
from compliance.models.plans import State
from compliance.services.audit.timelines import Entry, Timeline
from compliance.services.boards.course import Course
from compliance.services.boards.matrices import CellState
from compliance.services.boards.months import MonthCourse
from compliance.services.boards.overdue import BoardShow
from notifications.views.paging import KeysetPage, Total

LONG = (
    "Государственное бюджетное учреждение социального обслуживания населения «Комплексный центр "
    "социального обслуживания населения Примерного муниципального округа»"
)
TONES = ("quiet", "info", "work", "good", "soon", "bad")
SIZES = ("tiny", "small", "base", "lead", "large", "title")
WORDS = ("ink", "ink-quiet", "accent", "accent-strong", "good", "soon", "bad")
SURFACES = ("paper", "ground")
# (words, ground): every pair that pages put one upon the other.
PAIRS = (
    *((words, ground) for words in WORDS for ground in SURFACES),
    *((one, f"{one}-pale") for one in ("accent", "good", "soon", "bad")),
    *(("ink", f"{one}-pale") for one in ("accent", "good", "soon", "bad")),
    ("ink-quiet", "accent-pale"),
    ("accent-strong", "accent-pale"),
    *(("on-fill", one) for one in ("fill", "fill-strong", "fill-bad")),
)


class ExampleForm(forms.Form):
    """A field of each kind; sent as it is, two of them are refused."""

    title = forms.CharField(
        label="Название", help_text="Как оно стоит в документе.", widget=forms.TextInput()
    )
    why = forms.CharField(label="Почему", widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label="Вид плана", choices=[("", "Выберите …"), ("1", "План учреждения")], widget=select()
    )
    proof = forms.ChoiceField(
        label="Подтверждение",
        choices=[("photo", "Фото до и после"), ("link", "Ссылка на публикацию")],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(
        label="Срок", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    file = forms.FileField(label="Документ", required=False)
    told = forms.BooleanField(label="Сообщить исполнителю письмом", required=False)
    closed = forms.CharField(label="Нельзя изменить", required=False, disabled=True)


@dataclass(frozen=True)
class Deadline:
    """A date, whether it is still open, and what the example shows."""

    day: date | None
    is_open: bool
    words: str


def example(now: datetime) -> dict[str, Any]:
    """What the page's template draws; nothing of it is stored."""
    place = Organisation(name=LONG, short_name="КЦСОН Примерного округа", path="/0/")
    today = place.today(now)
    return {
        "pairs": PAIRS,
        "sizes": SIZES,
        "spaces": range(1, 7),
        "tones": TONES,
        "long": LONG,
        "place": place,
        "unnamed_place": Organisation(name="Департамент социального развития"),
        "person": User(full_name="Примерова Анна Ивановна"),
        "deadlines": list(_deadlines(today)),
        "course": Course(done=5, in_work=3, overdue=1, waived=1),
        "no_course": Course(),
        "months": _months(today),
        "ages": dict(zip(_AGES, (2, 5, 1, 0), strict=True)),
        "cells": [state for state in CellState if state != CellState.ABSENT],
        "plans": [Plan(state=state) for state in State],
        "history": _history(now),
        "rows": list(_rows(today)),
        "list_page": _page(),
        "only_page": KeysetPage([1, 2, 3], previous="", following="", count=lambda: None),
        "form": ExampleForm(),
        "refused": ExampleForm({"title": "План на 2027 год", "proof": "photo"}, prefix=None),
        "sort": "place",
    }


_AGES = (
    BoardShow.OVERDUE_WEEK,
    BoardShow.OVERDUE_MONTH,
    BoardShow.OVERDUE_QUARTER,
    BoardShow.OVERDUE_LONGER,
)


def _deadlines(today: date) -> Iterator[Deadline]:
    days = [(-5, "просрочен"), (0, "сегодня"), (1, "завтра"), (4, "близко"), (90, "далеко")]
    for away, words in days:
        yield Deadline(today + timedelta(days=away), True, words)
    yield Deadline(today - timedelta(days=9), False, "закрыт")
    yield Deadline(None, True, "нет даты")


def _months(today: date) -> list[MonthCourse]:
    first = today.replace(day=1)
    numbers = [(8, 0, 0, 0), (6, 2, 0, 0), (3, 1, 4, 0), (0, 0, 0, 9), (0, 0, 0, 0)]
    return [
        MonthCourse(
            date(first.year, number, 1), in_time=good, late=late, overdue=bad, pending=ahead
        )
        for number, (good, late, bad, ahead) in enumerate(numbers, 1)
    ]


def _history(now: datetime) -> Timeline:
    acts = [
        ("plan.agree", {}, "", 0),
        ("plan.return_to_draft", {"title": "План на 2027 год"}, "В названии был другой год.", 5),
        ("plan.draft", {}, "", 48),
    ]
    events = [
        AuditEvent(
            action=action,
            at=now - timedelta(hours=hours),
            before={"title": "План на 2026 год"} if after else {},
            after=after,
            reason=reason,
        )
        for action, after, reason, hours in acts
    ]
    return Timeline([Entry(event) for event in events], is_cut=True, search="")


def _rows(today: date) -> list[dict[str, Any]]:
    words = (
        "Оборудовать входную группу пандусом и кнопкой вызова персонала",
        "Разместить информацию о порядке подачи жалобы по вопросам качества оказания социальных "
        "услуг на стенде в холле и на официальном сайте учреждения",
        "Провести обучение работников",
    )
    return [
        {
            "words": one,
            "day": today + timedelta(days=number * 3 - 2),
            "count": 10**number,
            "share": 33 * number,
        }
        for number, one in enumerate(words)
    ]


def _page() -> KeysetPage:
    return KeysetPage([1, 2, 3], previous="b", following="a", count=lambda: Total(1000, True))
