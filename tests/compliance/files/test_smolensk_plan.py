"""The regional plan of Smolensk, from the seed and from every format its table can come in."""

from compliance.domain.documents.reading import Document, Kind, PartyRole
from compliance.domain.documents.reading.document import Item
from compliance.files.incoming.files import read_file

NUMBERS = [
    f"{section}.{n + 1}" for section, count in ((1, 7), (2, 5), (3, 2)) for n in range(count)
]
DEPARTMENT = "Департамент Смоленской области по социальному развитию"
INSTITUTIONS = "Организации социального обслуживания"


def read(path) -> Document:
    return read_file(path.read_bytes(), path.name)[0]


def item(document: Document, number: str) -> Item:
    return next(one for one in document.items if one.number == number)


def parties_of(document: Document, number: str) -> list[str]:
    return [party.text for party in item(document, number).responsible]


def test_it_is_a_regional_plan_with_three_sections_and_fourteen_measures(smolensk):
    document = read(smolensk)
    assert document.kind is Kind.REGIONAL_PLAN
    assert document.refusal is None
    assert [section.number for section in document.sections] == ["1", "2", "3"]
    assert [len(section.items) for section in document.sections] == [7, 5, 2]
    assert [one.number for one in document.items] == NUMBERS


def test_its_heading_gives_title_period_and_organisation(smolensk):
    document = read(smolensk)
    assert document.title.startswith("План по улучшению качества оказания услуг")
    assert document.title.endswith("на период 2017-2018 годов")
    assert document.period.start.isoformat() == "2017-01-01"
    assert document.period.end.isoformat() == "2018-12-31"
    assert document.organization == DEPARTMENT


def test_the_council_approves_by_its_minutes_and_the_department_agrees(smolensk):
    council, department = read(smolensk).parties
    assert council.role is PartyRole.APPROVES
    assert council.basis == "протокол заседания Общественного совета от 05.12.2016 № 30-ОС"
    assert council.date.isoformat() == "2016-12-05"
    assert department.role is PartyRole.AGREES
    assert "И.о. начальника Департамента" in department.text
    assert department.basis is None and department.date is None


def test_a_row_cut_by_a_page_break_is_joined_to_the_row_above(smolensk):
    document = read(smolensk)
    assert item(document, "1.2").form.endswith(
        "маломобильных групп для организаций социального обслуживания,"
        " нуждающихся в данном оборудовании"
    )
    assert item(document, "2.3").measure.endswith(
        "информированность населения о технической возможности выражения своего мнения"
        " гражданами на официальных сайтах в сети «Интернет», а также на бумажных носителях"
    )
    assert item(document, "2.3").form.endswith("диспутов с участием граждан")
    assert item(document, "1.2").lines == (25, 27)


def test_tags_inside_a_cell_are_taken_out_and_counted_as_markup(smolensk):
    document = read(smolensk)
    form = item(document, "1.7").form
    assert "<" not in form and "ul" not in form.split()
    assert "психоневрологических интернатов». 3. Награждение грамотами" in form
    assert document.coverage.unplaced == 0
    assert document.coverage.markup > len('<ulstyle="list-style-type:none"><p><ul></ul></ul>')


def test_deadlines_are_kept_as_written(smolensk):
    document = read(smolensk)
    assert item(document, "1.5").deadline_text == "В установленные сроки"
    assert item(document, "1.6").deadline_text == "Согласно установленным срокам"
    assert item(document, "2.1").deadline_text == "Постоянно"
    assert item(document, "3.1").deadline_text == "Не менее 2 раз ежегодно в течение 2017-2018 гг."
    assert item(document, "3.2").deadline_text == "По мере необходимости"
    assert all(one.deadline_text for one in document.items)


def test_two_parties_with_only_a_blank_between_them_are_told_apart(smolensk):
    document = read(smolensk)
    for number in ("2.1", "2.2", "2.3"):
        assert parties_of(document, number) == [INSTITUTIONS, "Департамент"]


def test_outside_bodies_and_brackets_stay_whole(smolensk):
    document = read(smolensk)
    assert parties_of(document, "3.1") == [
        "Департамент",
        "Общественный совет",
        "организации социального обслуживания",
        "отделы (сектор) социальной защиты населения Департамента",
        "иные организации (по согласованию)",
    ]
    others = item(document, "3.1").responsible[-1]
    assert others.by_agreement and others.name == "иные организации"


def test_short_names_are_resolved_to_the_names_they_were_introduced_for(smolensk):
    document = read(smolensk)
    assert {p.name for one in document.items for p in one.responsible} == {
        DEPARTMENT,
        "организации социального обслуживания",
        "социально ориентированные некоммерческие организации",
        "Общественный совет при Департаменте",
        "отделы (сектор) социальной защиты населения Департамента",
        "иные организации",
    }
    assert [p.name for p in item(document, "1.1").responsible] == [
        DEPARTMENT,
        "организации социального обслуживания",
    ]


def test_every_format_of_the_same_table_gives_the_same_document(smolensk, written):
    original = read(smolensk).as_json(lambda text, period: {"text": text})
    content, name = written(smolensk)
    copy, facts = read_file(content, name)
    other = copy.as_json(lambda text, period: {"text": text})
    for key in ("kind", "title", "period", "organization", "parties"):
        assert other[key] == original[key]
    assert without_lines(other["sections"]) == without_lines(original["sections"])
    assert other["unplaced"] == [] and other["warnings"] == []
    assert facts.format == name.rpartition(".")[2]


def without_lines(sections):
    return [
        {**section, "items": [{**one, "lines": None} for one in section["items"]]}
        for section in sections
    ]
