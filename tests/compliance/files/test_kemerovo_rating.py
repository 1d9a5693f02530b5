"""The rating of Kemerovo: 55 institutions in 7 groups, a cell under the other."""

from compliance.domain.documents.reading import Kind
from compliance.files.incoming.files import read_file


def read(path):
    return read_file(path.read_bytes(), path.name)[0]


def test_all_institutions_findings_and_measures_are_read(kemerovo):
    document = read(kemerovo)
    assert document.kind is Kind.RATING and document.refusal is None
    assert len(document.institutions) == 55
    assert len({one.group for one in document.institutions}) == 7
    assert sum(len(one.findings) for one in document.institutions) == 255
    assert sum(len(one.measures) for one in document.institutions) == 250


def test_nothing_of_it_stays_unplaced(kemerovo):
    document = read(kemerovo)
    assert document.unplaced == ()
    coverage = document.coverage
    assert coverage.placed + coverage.markup == coverage.characters
    assert coverage.placed > 0.9 * coverage.characters


def test_an_institution_has_name_group_score_place_and_lines(kemerovo):
    first = read(kemerovo).institutions[0]
    assert first.name == (
        "ГБУ Кемеровской области «Областной Центр социального обслуживания"
        " – областной дом ветеранов», г. Кемерово"
    )
    assert first.group == "Областные дома ветеранов"
    assert (first.score, first.rank) == (29.7, 1)
    assert len(first.findings) == len(first.measures) == 4
    assert first.lines == (17, 36)


def test_places_run_from_one_in_each_group(kemerovo):
    institutions = read(kemerovo).institutions
    for group in {one.group for one in institutions}:
        ranks = [one.rank for one in institutions if one.group == group]
        assert ranks == list(range(1, len(ranks) + 1))


def test_a_name_on_two_lines_is_one_name(kemerovo):
    fifth = read(kemerovo).institutions[4]
    assert fifth.name.endswith("населения Орджоникидзевского района, г.Новокузнецка")


def test_findings_without_their_heading_are_still_findings(kemerovo):
    flamingo = next(one for one in read(kemerovo).institutions if "Фламинго" in one.name)
    assert len(flamingo.findings) == len(flamingo.measures) == 3


def test_the_year_comes_from_the_title(kemerovo):
    document = read(kemerovo)
    assert document.period.start.isoformat() == "2016-01-01"
    assert document.as_json(lambda text, period: {})["institutions"][0]["score"] == 29.7


def test_findings_are_tied_to_the_measures_that_answer_them_where_evident(kemerovo):
    institutions = read(kemerovo).institutions
    answers = [answer for one in institutions for answer in one.answered_by]
    assert (len(answers), sum(answer is None for answer in answers)) == (255, 19)
    first = institutions[0]
    assert [(one.measure, one.certainty >= 0.6) for one in first.answered_by] == [
        (0, True),
        (1, True),
        (2, True),
        (3, True),
    ]


def test_a_finding_that_no_measure_speaks_of_is_tied_to_none(kemerovo):
    for one in read(kemerovo).institutions:
        for finding, answer in zip(one.findings, one.answered_by, strict=True):
            if finding.startswith("организация укомплектована кадрами"):
                assert answer is None
