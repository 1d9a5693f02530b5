"""Twice the rows take about twice the time, whatever the rows are: no row looks at all others."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from compliance.domain.documents.reading import SourceBuilder, read_document

HEADER = ["№", "Показатель", "Мероприятие", "Срок", "Ответственный"]
ROWS = 800
ROW_SHAPES: dict[str, Callable[[int], list[str]]] = {
    "measures": lambda i: [str(i + 1), f"Доля {i}", f"Обновить стенд {i}", "май", "Директор"],
    "nobody answers": lambda i: [str(i + 1), f"Доля {i}", f"Обновить стенд {i}", "май", ""],
    "one measure in pieces": lambda i: ["", "", "и далее по тексту" if i else "Обновить", "", ""],
    "measures of one indicator": lambda i: ["", "", f"Провести опрос {i}", "май", ""],
    "shifted": lambda i: ["Доля получателей", "1", "Опрос", "Постоянно", "Директор", "", ""],
    "sections": lambda i: [f"{i % 90 + 1}. Открытость {i}", "", "", "", ""],
    "shared measures": lambda i: [str(i + 1), f"Показатель {i}", "", "", ""],
}


def seconds(row: Callable[[int], list[str]], rows: int) -> float:
    builder = SourceBuilder()
    builder.paragraph("План МБУ «Центр» на 2026 год")
    builder.row(HEADER)
    for index in range(rows):
        builder.row(row(index))
    source = builder.build()
    began = time.process_time()
    read_document(source)
    return time.process_time() - began


@pytest.mark.parametrize("name", ROW_SHAPES)
def test_four_times_the_rows_take_no_more_than_eight_times_as_long(name):
    row = ROW_SHAPES[name]
    grown = (seconds(row, 4 * ROWS) / max(seconds(row, ROWS), 0.005) for _again in range(4))
    assert any(growth < 8 for growth in grown)
