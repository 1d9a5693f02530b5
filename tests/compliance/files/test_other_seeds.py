"""Documents that are recognised and refused: prose."""

import pytest

from compliance.domain.documents.reading import Kind, UnsupportedDocument
from compliance.files.incoming.files import read_file

PROSE = """Независимая оценка качества оказания услуг

Оценка качества социальных услуг - это источник информации для дальнейших действий.
1) определение и утверждение типов и перечня учреждений;
2) осуществление сбора информации.
- открытость и доступность информации об учреждении;
"""

REPORT = """**ОТЧЕТ ПО МЕРОПРИЯТИЯМ ПО УЛУЧШЕНИЮ КАЧЕСТВА ОКАЗАНИЯ УСЛУГ ЗА 2024 ГОД
ГАУСО СО «КЦСОН ГОРОДА БЕРЁЗОВСКОГО»**

№ п/п\tОснование реализации\tМероприятия\tИнформация о выполнении\tРезультат
1.\tПолнота информации\tСайт\tпубликации – 19\tулучшение
"""


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (PROSE, Kind.NONE, "no_table"),
    ],
)
def test_it_is_recognised_and_none_of_its_table_is_taken_over(text, kind, code):
    document, _ = read_file(text.encode(), "document.txt")
    assert document.kind is kind
    assert document.sections == () and document.institutions == ()
    coverage = document.coverage
    assert coverage.placed + coverage.unplaced + coverage.markup == coverage.characters
    with pytest.raises(UnsupportedDocument) as caught:
        document.require_supported()
    assert caught.value.code == code and caught.value.values == {"kind": kind.value}


def test_what_a_report_says_above_its_table_is_read_all_the_same():
    document, _ = read_file(REPORT.encode(), "report.txt")
    assert document.organization == "ГАУСО СО «КЦСОН ГОРОДА БЕРЁЗОВСКОГО»"
    assert document.period.start.year == 2024


SEEDS = {
    "assessment-process-description.txt": (Kind.NONE, "no_table"),
    "kirov-institution-plan-2020.txt": (Kind.INSTITUTION_PLAN, None),
    "berezovsky-execution-report-2024.txt": (Kind.EXECUTION_REPORT, None),
}


def test_only_the_seed_without_a_table_is_refused(other_seeds):
    for path in other_seeds:
        document, _ = read_file(path.read_bytes(), path.name)
        assert (document.kind, document.refusal) == SEEDS[path.name]
