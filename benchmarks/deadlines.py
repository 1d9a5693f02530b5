"""Deadline phrases read per second, beside a floor that only splits and normalises them.

    PYTHONPATH=. .venv/bin/python benchmarks/deadlines.py [seconds]

The floor is the least that any reader must do: put the text into one normal form and one case, and
cut it into words, numbers and signs with one regular expression. It understands nothing. The ratio
says what understanding adds, due dates included; it carries over to other machines better than a
number of phrases.
"""

import re
import sys
import unicodedata
from collections.abc import Callable
from time import perf_counter

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import read_deadline

PLAN = Period.of_years(2026)
PHRASES = [
    "Постоянно",
    "Еженедельно",
    "Ежемесячно",
    "Ежеквартально",
    "Ежемесячно Ежеквартально",
    "2026 г.",
    "I квартал 2026 г.",
    "2026 г., при условии наличия денежных средств",
    "В течение 2026-2027 гг.",
    "В установленные сроки",
    "Согласно установленным срокам",
    "Не менее 2 раз ежегодно в течение 2026-2027 гг.",
    "По мере необходимости",
    "до 31 декабря",
    "в срок до 01.02.2026",
    "апрель – май 2026 г.",
    "IV квартал",
    "с 1 по 16 октября",
    "ежемесячно до 25 числа",
    "ежеквартально не позднее 20 числа первого месяца, следующего за отчетным",
    "в течение 5 рабочих дней со дня получения",
    "до 1 марта 2026, далее ежеквартально",
    "2 раза в год (апрель, октябрь)",
    "Директор учреждения, руководители структурных подразделений",
]
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def floor(phrase: str) -> int:
    normal = unicodedata.normalize("NFKC", phrase).lower().replace("ё", "е")
    return len(_TOKEN.findall(normal))


def understood(phrase: str) -> int:
    return len(read_deadline(phrase, PLAN).due_dates)


def rate(work: Callable[[str], int], seconds: float) -> float:
    """Phrases per second over at least so many seconds, after one pass to warm up."""
    for phrase in PHRASES:
        work(phrase)
    done, start = 0, perf_counter()
    while (spent := perf_counter() - start) < seconds:
        for phrase in PHRASES:
            work(phrase)
        done += len(PHRASES)
    return done / spent


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    lowest = rate(floor, seconds)
    reading = rate(understood, seconds)
    print(f"floor    {lowest:>12,.0f} phrases/s  (normalise and split)")
    print(f"reading  {reading:>12,.0f} phrases/s  (parts, certainty, notes, due dates)")
    print(f"ratio    {lowest / reading:>12.1f}  (reading costs this many floors)")


if __name__ == "__main__":
    main()
