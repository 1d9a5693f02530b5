"""The words of a letter: groups, distances, links; Russian with its three plural forms."""

from __future__ import annotations

from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from compliance.models import User
from notifications.domain.branches import common_path
from notifications.services.letters import LONGEST_GROUP, compose
from notifications.subjects import Item

TODAY = date(2026, 3, 16)
OLGA = User(username="olga", full_name="Ольга Исполнителева")


def item(number: int, days_away: int, days: int | None = None, **given: Any) -> Item:
    values: dict[str, Any] = {
        "subject_id": number,
        "title": f"Мероприятие {number}",
        "organisation": "Центр «Забота»",
        "organisation_path": "/1/2/",
        "due_on": TODAY + timedelta(days=days_away),
        "today": TODAY,
        "days": abs(days_away) if days is None else days,
        "path": f"/occurrences/{number}/",
        "action": "Отчитаться",
    }
    return Item(**{**values, **given})


def test_overdue_comes_first_then_today_then_soon() -> None:
    text = compose(OLGA, [item(1, 3), item(2, -5), item(3, 0), item(4, -9)]).text

    places = [text.index(f"Мероприятие {number}\n") for number in (4, 2, 3, 1)]
    assert places == sorted(places)


def test_each_line_links_to_its_page(settings: Any) -> None:
    settings.SITE_URL = "https://vekha.example.org"
    words = compose(OLGA, [item(7, 0)])

    assert "https://vekha.example.org/occurrences/7/" in words.text
    assert 'href="https://vekha.example.org/occurrences/7/"' in words.html


def test_a_long_group_is_cut_and_says_so() -> None:
    words = compose(OLGA, [item(number, -1) for number in range(LONGEST_GROUP + 13)])

    assert words.text.count("/occurrences/") == LONGEST_GROUP
    assert "13" in words.text.split("/occurrences/")[-1]


def test_what_people_typed_stays_text_in_html() -> None:
    words = compose(OLGA, [item(1, 0, title="Стенд <script>alert(1)</script> & «буклеты»")])

    assert "<script>" not in words.html
    assert "Стенд <script>alert(1)</script> & «буклеты»" in words.text


def test_a_subject_is_one_line_and_not_too_long() -> None:
    words = compose(OLGA, [item(1, -1), item(2, 0), item(3, 5)])

    assert "\n" not in words.subject
    assert 0 < len(words.subject) <= 200


class _Tags(HTMLParser):
    """Notes which tags are open; a letter's HTML must close what it opens."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _value in attrs}
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_is_plain_and_whole() -> None:
    tags = _Tags()
    tags.feed(compose(OLGA, [item(1, -1), item(2, 0), item(3, 5)]).html)

    assert tags.open == []
    assert tags.attributes == {"charset", "lang", "href", "name", "content"}


@pytest.mark.parametrize(
    ("days_away", "days", "words"),
    [
        (-1, 1, "просрочено на 1 день"),
        (-3, 3, "просрочено на 3 дня"),
        (-5, 5, "просрочено на 5 дней"),
        (-21, 21, "просрочено на 21 день"),
        (-112, 112, "просрочено на 112 дней"),
        (0, 0, "сегодня"),
        (1, 1, "через 1 раб. день"),
        (4, 3, "через 3 раб. дня"),
        (7, 5, "через 5 раб. дней"),
    ],
)
def test_distances_in_russian(days_away: int, days: int, words: str) -> None:
    letter = compose(OLGA, [item(1, days_away, days)])

    assert f"{words}\n" in letter.text
    assert f"{words}</strong>" in letter.html


def test_a_date_ahead_with_only_days_off_between_has_no_count() -> None:
    letter = compose(OLGA, [item(1, 1, days=0)])

    assert "17.03.2026\n" in letter.text


def test_the_greeting_and_the_groups_are_russian() -> None:
    words = compose(OLGA, [item(1, -1), item(2, 0), item(3, 5)])

    assert words.subject == "Просрочено: 1, срок сегодня: 1, скоро срок: 1"
    for part in ("Здравствуйте, Ольга Исполнителева!", "ПРОСРОЧЕНО", "СРОК СЕГОДНЯ", "СКОРО СРОК"):
        assert part in words.text


def test_what_has_changed_stands_above_the_rest() -> None:
    returned = item(7, -2, news="Отчёт возвращён: нет фото", action="Исправить и отправить")
    words = compose(OLGA, [item(1, -1), returned])

    assert words.subject == "Изменилось: 1, просрочено: 1"
    assert words.text.index("ИЗМЕНИЛОСЬ") < words.text.index("ПРОСРОЧЕНО")
    assert "Отчёт возвращён: нет фото" in words.text
    assert "Исправить и отправить: " in words.text
    assert "<strong>Отчёт возвращён: нет фото</strong>" in words.html
    assert ">Исправить и отправить</a>" in words.html


def test_news_without_a_date_of_its_own_prints_none() -> None:
    words = compose(OLGA, [item(7, 0, due_on=None, news="План согласован", action="Посмотреть")])

    assert "16.03.2026" not in words.text + words.html
    assert words.subject == "Изменилось: 1"


def test_the_same_thing_is_said_once() -> None:
    words = compose(OLGA, [item(1, -1), item(1, -1), item(1, -1, news="Отчёт возвращён")])

    assert words.text.count("Мероприятие 1\n") == 2
    assert words.subject == "Изменилось: 1, просрочено: 1"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/1/5/"], "/1/5/"),
        (["/1/5/", "/1/5/9/"], "/1/5/"),
        (["/1/5/", "/1/51/"], "/1/"),
        (["/1/5/", "/2/7/"], "/"),
        (["/1/", "/1/5/"], "/1/"),
        (["/12/", "/1/"], "/"),
    ],
)
def test_places_have_in_common_what_is_above_them_all(paths: list[str], expected: str) -> None:
    assert common_path(paths) == expected
