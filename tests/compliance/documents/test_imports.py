"""Documents into rows: drafts, adopted plans, ratings; nothing twice, nothing half."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from compliance.domain.documents.reading import UnreadableDocument, UnsupportedDocument
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Assessment,
    AssessmentResult,
    AuditEvent,
    Decision,
    Finding,
    MeasureVersion,
    Organisation,
    Plan,
    Proposal,
    Responsible,
)
from compliance.services.acts import Act
from compliance.services.documents import imports
from compliance.services.documents.imports import Request, import_document
from tests.building import factories as make
from tests.building.places import DOCUMENTS

pytestmark = pytest.mark.django_db
SMOLENSK = "smolensk-regional-plan-2017-2018.txt"
KEMEROVO = "kemerovo-rating-findings-plans-2016.txt"
HEADER = "№ п/п\tПоказатель\tМероприятие\tСрок исполнения\tОтветственный"


def content(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def store(data: bytes | str, name: str = "plan.txt", act: Act | None = None, **asked):
    data = data.encode() if isinstance(data, str) else data
    return import_document(data, name, Request(**asked), act=act or Act.of_system())


def smolensk(**asked) -> Plan:
    return Plan.objects.get(pk=store(content(SMOLENSK), SMOLENSK, **asked)["plan"])


def institution_plan(name: str, *rows: str) -> str:
    """The text of an institution's plan for 2026 as a table."""
    title = f"План мероприятий по улучшению качества работы {name} на 2026 год"
    return "\n".join([title, "", HEADER, *rows])


def parties(plan: Plan, number: str) -> list[tuple[str, Organisation | None]]:
    rows = Responsible.objects.filter(version__revision__plan=plan, version__number=number)
    return [(row.kind, row.organisation) for row in rows]


def test_a_regional_plan_becomes_a_draft_of_the_ministry():
    region = make.region()
    plan = smolensk()
    assert (plan.state, plan.organisation, plan.type.code) == ("draft", region.ministry, "regional")
    assert (plan.period_start, plan.period_end) == (date(2017, 1, 1), date(2018, 12, 31))
    versions = MeasureVersion.objects.filter(revision__plan=plan)
    assert " ".join(version.number for version in versions) == (
        "1.1 1.2 1.3 1.4 1.5 1.6 1.7 2.1 2.2 2.3 2.4 2.5 3.1 3.2"
    )
    assert list(versions.unsettled().values_list("number", flat=True)) == ["1.5", "1.6"]
    assert versions[0].deadline_text == "В течение 2017-2018 гг."
    assert plan.source_name == SMOLENSK and len(plan.source_sha256) == 64


def test_each_responsible_party_is_taken_for_who_it_is():
    region = make.region()
    plan = smolensk()
    ministry, council = ("organisation", region.ministry), ("organisation", region.council)
    institutions, outside = ("institutions", None), ("external", None)
    assert parties(plan, "1.1") == [ministry, institutions]
    assert parties(plan, "1.3") == [ministry, outside]
    assert parties(plan, "1.5") == [institutions, council, ministry]
    assert parties(plan, "3.1") == [ministry, council, institutions, ministry, outside]
    assert not Responsible.objects.filter(kind="unknown").exists()


def test_a_short_name_of_two_institutions_means_neither_but_ones_own():
    ministry = make.ministry()
    own, other, _third = (
        make.institution(ministry, name=f"ГБУ «Центр {place}»", short_name="КЦСОН")
        for place in ("Северный", "Южный", "Западный")
    )
    name, foreign = "ГБУ «Центр Северный»", "ГБУ «Центр Южный»"
    rows = [f"1\t\tСтенд\tмай\t{foreign}", "2\t\tПандус\tмай\tКЦСОН"]
    plan = Plan.objects.get(pk=store(institution_plan(name, *rows))["plan"])
    assert parties(plan, "1") == [("organisation", other)]
    assert parties(plan, "2") == [("organisation", own)]
    make.institution(ministry, name="ГБУ «Дом ветеранов»")
    plan = Plan.objects.get(pk=store(institution_plan("ГБУ «Дом ветеранов»", *rows))["plan"])
    assert parties(plan, "2") == [("unknown", None)]


def test_the_first_party_leads():
    make.region()
    rows = Responsible.objects.filter(version__revision__plan=smolensk(), is_lead=True)
    assert rows.count() == 14 and set(rows.values_list("position", flat=True)) == {0}


def test_without_a_council_in_the_region_a_council_is_nobody_yet():
    make.ministry()
    assert parties(smolensk(), "1.7")[1] == ("unknown", None)


def test_an_adopted_plan_is_executed_with_its_paper_decisions():
    make.region()
    plan = smolensk(is_adopted=True)
    assert plan.state == "executing" and plan.is_adopted
    approved = Decision.objects.get(kind="approves")
    assert (approved.basis, approved.basis_number) == ("minutes", "30-ОС")
    assert approved.basis_date == date(2016, 12, 5) and approved.is_as_found
    agreed = Decision.objects.get(kind="agrees")
    assert (agreed.basis, agreed.basis_number, agreed.basis_date) == ("signature", "", None)
    assert "начальника Департамента" in agreed.party


def test_the_same_file_twice_is_a_conflict_that_names_the_plan():
    make.region()
    plan = smolensk()
    with pytest.raises(Conflict) as caught:
        smolensk()
    assert caught.value.code == "already_imported" and caught.value.values["plan"] == plan.pk
    assert Plan.objects.count() == 1


def test_an_institutions_plan_goes_to_the_institution_it_names():
    region = make.region()
    make.member(region.own, "executor", "nameless", full_name="—")  # stands in no party's words
    text = institution_plan(
        "ГБУ «Примерный центр социального обслуживания»",
        "1\tСтенд\tОбновить стенд\tЕжеквартально\tЗаместитель директора",
        "2\tСайт\tОбновить сайт\tдо 1 июня 2026 г.\tОльга Исполнителева",
        "3\tСайт\tПереписать сайт\tдо 1 июля 2026 г.\tООО «Ромашка» (по согласованию)",
        "4\tСайт\tПроверить сайт\tдо 1 августа 2026 г.\tПетров П.П.",
    )
    plan = Plan.objects.get(pk=store(text)["plan"])
    assert (plan.organisation, plan.type.code) == (region.own, "institution")
    assert parties(plan, "1") == [("organisation", region.own)]
    assert parties(plan, "2") == [("person", region.own)]
    assert Responsible.objects.get(kind="person").person == region.executor
    assert parties(plan, "3") == [("external", None)]
    assert parties(plan, "4") == [("unknown", None)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ГБУ «Неизвестный центр»", "unknown_organisation"),
        ("центра", "organisation_needed"),
    ],
)
def test_an_institutions_plan_of_nobody_is_refused(name, code):
    make.region()
    text = institution_plan(name, "1\tСтенд\tОбновить стенд\tЕжеквартально\tДиректор")
    with pytest.raises(Refusal) as caught:
        store(text)
    assert caught.value.code == code
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [("центр", "ambiguous_organisation"), ("Больница", "unknown_organisation")],
)
def test_a_name_given_by_hand_must_mean_one_organisation(name, code):
    make.region()
    with pytest.raises(Refusal) as caught:
        smolensk(organisation=name)
    assert caught.value.code == code


def test_part_of_a_name_given_by_hand_is_enough():
    region = make.region()
    assert smolensk(organisation="другой центр").organisation == region.other


def test_a_council_has_no_plan():
    make.region()
    with pytest.raises(Refusal) as caught:
        smolensk(organisation="Общественный совет при министерстве")
    assert caught.value.code == "council_has_no_plan"


def test_with_two_ministries_somebody_must_say_whose_plan_it_is():
    make.region()
    make.ministry(name="Министерство Другой области")
    with pytest.raises(Refusal) as caught:
        smolensk()
    assert caught.value.code == "organisation_needed"


def test_a_document_without_a_year_asks_for_one():
    make.region()
    text = institution_plan("ГБУ «Примерный центр социального обслуживания»").replace(
        " на 2026 год", ""
    )
    text += "\n1\tСтенд\tОбновить стенд\tЕжеквартально\tДиректор"
    with pytest.raises(Refusal) as caught:
        store(text)
    assert caught.value.code == "period_missing"
    plan = Plan.objects.get(pk=store(text, year=2025)["plan"])
    assert plan.period_start == date(2025, 1, 1)


def test_a_cell_longer_than_the_table_holds_is_refused_with_its_line():
    make.region()
    text = institution_plan(
        "ГБУ «Примерный центр социального обслуживания»",
        f"1\tСтенд\tОбновить стенд\t{'Ежеквартально ' * 200}\tДиректор",
    )
    with pytest.raises(Refusal) as caught:
        store(text)
    assert caught.value.code == "text_too_long"
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("what", "most"), [("number", 20), ("deadline", 2000), ("responsible", 1000), ("title", 1000)]
)
def test_each_text_has_its_length(what, most):
    assert imports._fitting("д" * most, what, 7) == "д" * most
    with pytest.raises(Refusal) as caught:
        imports._fitting("д" * (most + 1), what, 7)
    assert (caught.value.code, caught.value.values) == ("text_too_long", {"line": 7, "limit": most})


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        (KEMEROVO, "plan", "unexpected_kind"),
        (SMOLENSK, "rating", "unexpected_kind"),
        (SMOLENSK, "report", "unexpected_kind"),
    ],
)
def test_a_document_of_another_kind_than_asked_is_refused(name, kind, code):
    make.region()
    with pytest.raises(Refusal) as caught:
        store(content(name), name, kind=kind)
    assert caught.value.code == code


def test_prose_is_refused_as_having_no_table():
    make.region()
    with pytest.raises(UnsupportedDocument) as caught:
        store("Независимая оценка проводится раз в год.\n\nЕё результаты публикуются.")
    assert caught.value.code == "no_table"


def test_what_is_no_document_is_refused():
    with pytest.raises(UnreadableDocument):
        store(b"%PDF-1.7 ...", "plan.docx")


def test_only_those_who_draw_up_plans_import_them():
    region = make.region()
    for person in (region.inspector, region.director, region.stranger):
        with pytest.raises(Forbidden):
            store(content(SMOLENSK), act=make.act(person))
    assert store(content(SMOLENSK), act=make.act(region.coordinator))["state"] == "draft"


# --- The rating --------------------------------------------------------------------------------


def counts() -> list[int]:
    models = (Organisation, Assessment, AssessmentResult, Finding, Proposal)
    return [model.objects.count() for model in models]


def test_a_rating_brings_institutions_results_findings_and_proposals():
    ministry = make.ministry()
    stored = store(content(KEMEROVO), KEMEROVO)
    assert counts() == [56, 1, 55, 255, 250]
    assert stored["institutions_added"] == 55
    first = AssessmentResult.objects.get(organisation__name__contains="областной дом ветеранов")
    assert (str(first.score), first.place) == ("29.70", 1)
    assert first.organisation.parent == ministry
    assert first.organisation.rating_group == first.group == "Областные дома ветеранов"
    assert first.organisation.municipality == "г. Кемерово"
    assert first.findings.count() == first.proposals.count() == 4
    assert AuditEvent.objects.get(action="assessment.import").after == {
        **stored,
        "source": KEMEROVO,
        "sha256": hashlib.sha256(content(KEMEROVO)).hexdigest(),
    }


def test_a_town_in_the_genitive_is_the_same_town():
    make.ministry()
    store(content(KEMEROVO), KEMEROVO)
    district = Organisation.objects.get(name__contains="Орджоникидзевского района")
    assert district.municipality == "г. Новокузнецк"
    assert Organisation.objects.get(name__contains="Крапивинского").municipality == ""


def test_the_same_rating_again_adds_nothing():
    make.ministry()
    store(content(KEMEROVO), KEMEROVO)
    before = counts()
    kept = list(Finding.objects.order_by("id").values_list("id", "text"))
    assert store(content(KEMEROVO), KEMEROVO)["institutions_added"] == 0
    assert counts() == before
    assert list(Finding.objects.order_by("id").values_list("id", "text")) == kept


def test_a_corrected_rating_changes_what_differs():
    make.ministry()
    store(content(KEMEROVO), KEMEROVO)
    corrected = content(KEMEROVO).decode().replace("29,70", "30,10", 1)
    corrected = corrected.replace("- не разработана альтернативная версия", "- нет версии", 1)
    corrected = corrected.replace("- разработать  альтернативную версию", "- сделать версию", 1)
    store(corrected, KEMEROVO)
    first = AssessmentResult.objects.get(organisation__name__contains="областной дом ветеранов")
    assert str(first.score) == "30.10"
    assert first.findings.first().text.startswith("нет версии")
    assert first.proposals.count() == 4
    assert first.proposals.first().text.startswith("сделать версию")
    assert counts() == [56, 1, 55, 255, 250]


def test_an_institution_already_there_is_recognised_by_its_name():
    ministry = make.ministry()
    there = make.institution(
        ministry, name="МБУ «Центр социального обслуживания населения», г. Прокопьевск"
    )
    stored = store(content(KEMEROVO), KEMEROVO)
    assert stored["institutions_added"] == 54
    there.refresh_from_db()
    assert there.rating_group == "Центры социального обслуживания населения"


def test_of_two_institutions_of_one_name_the_one_at_work_is_rated_or_neither():
    ministry = make.ministry()
    name = "МБУ «Центр социального обслуживания населения», г. Прокопьевск"
    there = make.institution(ministry, name=name.replace("Центр", "центр"))
    closed = make.institution(ministry, name=name, is_active=False)
    store(content(KEMEROVO), KEMEROVO)
    assert not AssessmentResult.objects.filter(organisation=closed).exists()
    assert AssessmentResult.objects.filter(organisation=there).count() == 1
    Organisation.objects.filter(pk=closed.pk).update(is_active=True)
    with pytest.raises(Refusal, match="'ambiguous_organisation'"):
        store(content(KEMEROVO), KEMEROVO)


def test_a_rating_without_a_score_leaves_nothing_behind():
    make.ministry()
    broken = content(KEMEROVO).decode().replace("27,90", "нет данных", 1)
    with pytest.raises(Refusal) as caught:
        store(broken, KEMEROVO)
    assert caught.value.code == "rating_incomplete"
    assert counts() == [1, 0, 0, 0, 0]


def test_a_rating_belongs_to_a_ministry_and_is_never_adopted():
    region = make.region()
    for asked, code in (
        ({"organisation": region.own.name}, "rating_needs_ministry"),
        ({"is_adopted": True}, "only_plans_adopted"),
    ):
        with pytest.raises(Refusal) as caught:
            store(content(KEMEROVO), KEMEROVO, **asked)
        assert caught.value.code == code


def test_council_and_coordinators_enter_ratings_and_nobody_else():
    region = make.region()
    for person in (region.director, region.inspector, region.head, region.stranger):
        with pytest.raises(Forbidden):
            store(content(KEMEROVO), KEMEROVO, act=make.act(person))
    for person in (region.councillor, region.coordinator):
        store(content(KEMEROVO), KEMEROVO, act=make.act(person))
    assert Assessment.objects.get().region == region.ministry
