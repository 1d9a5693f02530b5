"""The words of a line in a letter."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.services.notices.lines import days_between, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Обновить\n стенд\tв  холле ", "Обновить стенд в холле"),
        ("а" * 160, "а" * 160),
        ("слово " * 26 + "конец", "слово " * 25 + "слово…"),  # 161 signs
        ("слово, " * 30, "слово, " * 21 + "слово…"),
        ("", ""),
    ],
)
def test_a_long_text_ends_with_a_whole_word(text, expected):
    assert shortened(text) == expected


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        (date(2026, 3, 13), 3),  # Friday, three calendar days ago
        (date(2026, 3, 15), 1),
        (date(2026, 3, 16), 0),
        (date(2026, 3, 17), 1),
        (date(2026, 3, 23), 5),  # a week later, in working days
    ],
)
def test_days_ahead_are_working_days_and_days_behind_are_not(due_on, days):
    assert days_between(date(2026, 3, 16), due_on, WorkingCalendar.of()) == days
