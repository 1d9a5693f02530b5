"""A draft filled in as one table: each cell by itself, whole rows, many rows, and two at once."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.domain.refusals import Refusal
from compliance.models import AuditEvent, MeasureVersion, Organisation, Plan, Responsible
from compliance.services.plans.cells import CellChange, CellConflict, Column, change_cell
from compliance.services.plans.drafts import ResponsibleDraft
from compliance.services.plans.responsibles import Parties
from tests.building import factories as make
from tests.building.scenes import sent
from workflows.services.approval.amendments import revise_plan

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
BLOCK = {"hx-request": "true"}


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def plan(region) -> Plan:
    nobody = ResponsibleDraft("Методист центра")
    rows = [
        make.measure("Обновить стенд", number="1.1", responsibles=[nobody]),
        make.measure("Обучить работников", number="1.2", deadline_text="до 1 июля"),
        make.measure("Провести опрос", number="1.3", proof="photo", further_proof=["number"]),
    ]
    return make.plan(region, *rows, period=YEAR)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def row(plan: Plan, number: str) -> MeasureVersion:
    return MeasureVersion.objects.get(revision__plan=plan, number=number)


def lead(version: MeasureVersion) -> Responsible:
    return version.responsibles.first()


def table_of(plan: Plan) -> str:
    return reverse("revision-table", args=[plan.pk, 1])


def save(client: Client, version: MeasureVersion, headers=None, **data):
    sent_data = {name.replace("__seen", "-seen"): words for name, words in data.items()}
    return client.post(reverse("measure-cells", args=[version.pk]), sent_data, headers=headers)


def said(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def own(region) -> str:
    return str(region.own.pk)


def code(person) -> str:
    return f"person-{person.pk}"


# --- The page -----------------------------------------------------------------------------------


def test_every_measure_stands_in_the_table_with_its_reading_and_what_is_not_known(region, plan):
    page = browser(region.director).get(table_of(plan)).content.decode()
    assert page.count('data-column="party"') == 3
    assert "4 контрольных срока" in page and "31.03.2026" in page, "how the words are read"
    assert "Методист центра" in page, "who stands in the paper, though nobody knows who it is"
    assert 'value="photo,number" selected>Фото, результат в цифрах' in page
    assert (
        "Заполнить таблицей"
        in browser(region.director).get(plan.get_absolute_url()).content.decode()
    )


def test_statements_do_not_grow_with_the_rows(region):
    client = browser(region.director)
    counts = []
    for count in (2, 12):
        rows = [make.measure(f"Мера {n}", number=f"{count}.{n}") for n in range(count)]
        made = make.plan(region, *rows, title=f"План из {count}", period=YEAR)
        client.get(table_of(made))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(table_of(made))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_is_with_a_party_is_not_filled_in(region):
    scene = sent(region)
    client = browser(region.director)
    assert client.get(table_of(scene.plan)).status_code == 409
    version = MeasureVersion.objects.get(revision__plan=scene.plan)
    assert save(client, version, proof="link", proof__seen="photo").status_code == 409
    version.refresh_from_db()
    assert version.proof == "photo"


def test_the_table_of_a_change_stores_into_the_change_alone(region):
    from tests.building.scenes import published

    scene = published(region)
    change = revise_plan(scene.plan.pk, reason="Так", act=make.act(region.director))
    version = change.versions.get()
    client = browser(region.director)
    assert client.get(reverse("revision-table", args=[scene.plan.pk, 2])).status_code == 200
    save(client, version, proof="link", proof__seen="photo")
    kinds = MeasureVersion.objects.filter(revision__plan=scene.plan).order_by("revision__number")
    assert list(kinds.values_list("proof", flat=True)) == ["photo", "link"]


# --- One row ------------------------------------------------------------------------------------


def test_a_row_is_saved_without_a_script_and_only_what_was_changed(region, plan):
    version = row(plan, "1.1")
    answer = save(
        browser(region.director), version,
        deadline_text="до 1 июля", deadline_text__seen="Ежеквартально",
        party="Исполнителева Ольга", party__seen="",
        proof="photo", proof__seen="photo",
    )  # fmt: skip
    assert answer.status_code == 302 and answer.url == f"{table_of(plan)}#row-{version.pk}"
    version = row(plan, "1.1")
    assert version.deadline_text == "до 1 июля"
    assert (lead(version).kind, lead(version).person) == ("person", region.executor)
    assert lead(version).organisation == region.own
    assert lead(version).text == "Методист центра", "the words of the plan stay"
    assert AuditEvent.objects.filter(action="measure.change").count() == 2


def test_a_wrong_cell_keeps_what_was_typed_and_stops_no_other(region, plan):
    version = row(plan, "1.1")
    answer = save(
        browser(region.director), version,
        party="Неведомая Анна", party__seen="", proof="link", proof__seen="photo",
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Неведомая Анна"' in page and "Никого с именем «Неведомая Анна»" in said(answer)
    version = row(plan, "1.1")
    assert version.proof == "link" and lead(version).kind == "unknown"


@pytest.mark.parametrize("column", ["party", "proof", "deadline_text"])
def test_words_without_end_are_refused_before_they_are_read(region, plan, column):
    version = row(plan, "1.1")
    given = {column: "аб " * 1000, f"{column}__seen": ""}
    answer = save(browser(region.director), version, **given)
    assert answer.status_code == 422 and "не больше 2000 знаков" in said(answer)
    assert row(plan, "1.1").deadline_text == version.deadline_text


def test_a_closed_institution_that_leads_keeps_its_name_in_the_cell(region):
    plan = make.plan(region, make.measure(), organisation=region.ministry, type_code="regional")
    version = row(plan, "1.1")
    lead(version)
    Responsible.objects.filter(version=version).update(
        kind=Responsible.Kind.ORGANISATION, organisation=region.other
    )
    Organisation.objects.filter(pk=region.other.pk).update(is_active=False)
    parties = Parties.of(plan, [version])
    assert parties.names[str(region.other.pk)] == str(region.other)


def test_a_script_gets_the_cell_alone_as_it_is_now(region, plan):
    version = row(plan, "1.2")
    client = browser(region.director)
    answer = save(
        client, version, BLOCK, deadline_text="май 2026 г.", deadline_text__seen="до 1 июля"
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in page and page.count("<td") == 1
    assert "29.05.2026" in page and 'name="deadline_text-seen" value="май 2026 г."' in page
    wrong = save(client, version, BLOCK, proof="подпись", proof__seen="photo")
    assert wrong.status_code == 422 and "Нет подтверждения «подпись»" in said(wrong)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("Ссылка на публикацию", "link"),
        ("документ", None),
        ("Фото до и после", "before_after"),
        ("link", "link"),
        ("Результат в цифрах, Фото", "photo,number"),
    ],
)
def test_a_pasted_proof_is_read_by_its_name(region, plan, words, kinds):
    version = row(plan, "1.1")
    save(browser(region.director), version, BLOCK, proof=words, proof__seen="photo")
    assert ",".join(row(plan, "1.1").proofs) == (kinds or "photo")


def test_several_kinds_of_proof_survive_another_cell(region, plan):
    version = row(plan, "1.3")
    save(
        browser(region.director), version,
        deadline_text="Ежегодно", deadline_text__seen="Ежеквартально",
        proof="photo,number", proof__seen="photo,number",
    )  # fmt: skip
    assert row(plan, "1.3").proofs == ["photo", "number"]


def test_a_value_is_not_taken_away_silently(region, plan):
    version = row(plan, "1.2")
    answer = save(
        browser(region.director), version, deadline_text=" ", deadline_text__seen="до 1 июля"
    )
    assert answer.status_code == 422 and "нельзя оставить пустым" in said(answer)
    assert row(plan, "1.2").deadline_text == "до 1 июля"


def test_another_deadline_has_to_be_confirmed_anew_and_another_proof_not(region, plan):
    client, version = browser(region.director), row(plan, "1.1")
    assert version.deadline_confirmed_at is not None
    save(client, version, proof="link", proof__seen="photo")
    assert row(plan, "1.1").deadline_confirmed_at is not None
    save(client, version, deadline_text="до 1 июля", deadline_text__seen="Ежеквартально")
    assert row(plan, "1.1").deadline_confirmed_at is None


# --- Who is meant -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["Ольга Исполнителева", "исполнителева ОЛЬГА", "Исполнителева О.", " О. Исполнителева ",
     "Исполнителева"],
)  # fmt: skip
def test_a_person_is_named_in_any_order_and_by_initials(region, plan, words):
    assert Parties(plan).code(words) == code(region.executor)


@pytest.mark.parametrize("words", ["Исполнител", "О.", "Ольга Петровна Исполнителева", "Чужова"])
def test_half_a_name_or_somebody_elsewhere_is_nobody(region, plan, words):
    if words == "О.":
        make.member(region.own, "executor", "olga2", full_name="Олег Второв")
    with pytest.raises(Refusal) as refused:
        Parties(plan).code(words)
    assert refused.value.code in {"party_unknown", "party_unclear"}


def test_people_of_one_name_are_told_apart_and_never_guessed(region, plan):
    twin = make.member(region.own, "executor", "olga2", full_name="Ольга Исполнителева")
    parties = Parties(plan)
    with pytest.raises(Refusal) as refused:
        parties.code("Ольга Исполнителева")
    assert refused.value.code == "party_unclear"
    assert refused.value.values["names"] == (
        "Ольга Исполнителева (executor); Ольга Исполнителева (olga2)"
    )
    assert parties.code("Ольга Исполнителева (olga2)") == code(twin)


def test_the_plan_writes_the_new_name_where_it_wrote_the_former_one(region, plan):
    version = row(plan, "1.2")
    assert lead(version).text == region.own.name
    save(browser(region.director), version, party="Ольга Исполнителева", party__seen=own(region))
    assert lead(row(plan, "1.2")).text == "Ольга Исполнителева"


@pytest.mark.parametrize(
    ("words", "kind", "text"),
    [
        ("Все учреждения региона", "institutions", "Все учреждения региона"),
        ("МБУ «Другой центр»", "organisation", "МБУ «Другой центр»"),
        ("чужова мария", "person", "Мария Чужова"),
    ],
)
def test_a_regional_plan_names_institutions_and_their_people(region, words, kind, text):
    plan = make.plan(
        region, organisation=region.ministry, type_code="regional", title="Р", period=YEAR
    )
    seen = str(region.ministry.pk)
    save(browser(region.coordinator), row(plan, "1.1"), party=words, party__seen=seen)
    party = lead(row(plan, "1.1"))
    assert (party.kind, party.text) == (kind, text)
    assert party.organisation == (None if kind == "institutions" else region.other)


def test_parties_after_the_lead_stay(region):
    named = [
        ResponsibleDraft("Методист"),
        ResponsibleDraft(region.other.name, "organisation", region.other),
    ]
    plan = make.plan(region, make.measure(responsibles=named), period=YEAR)
    save(browser(region.director), row(plan, "1.1"), party="Денис Директоров", party__seen="")
    kept = row(plan, "1.1").responsibles.values_list("text", "kind", "is_lead")
    assert list(kept) == [
        ("Методист", "person", True), ("МБУ «Другой центр»", "organisation", False),
    ]  # fmt: skip


# --- Two people at one cell ---------------------------------------------------------------------


def test_a_newer_value_is_shown_beside_ones_own_and_lost_by_nobody(region, plan):
    version, client = row(plan, "1.2"), browser(region.director)
    save(client, version, deadline_text="май 2026 г.", deadline_text__seen="до 1 июля")
    answer = save(client, version, deadline_text="до 1 июня", deadline_text__seen="до 1 июля")
    words = said(answer)
    assert answer.status_code == 409
    assert "«май 2026 г.»" in words and "«до 1 июня»" in words
    assert row(plan, "1.2").deadline_text == "май 2026 г."
    page = answer.content.decode()
    assert (
        'name="deadline_text-seen" value="май 2026 г."' in page and ">до 1 июня</textarea>" in page
    )
    again = save(client, version, deadline_text="до 1 июня", deadline_text__seen="май 2026 г.")
    assert again.status_code == 302 and row(plan, "1.2").deadline_text == "до 1 июня"


def test_a_conflict_names_parties_not_codes(region, plan):
    version, client = row(plan, "1.2"), browser(region.director)
    save(client, version, party="Ольга Исполнителева", party__seen=own(region))
    answer = save(client, version, BLOCK, party="Денис Директоров", party__seen=own(region))
    words = said(answer)
    assert answer.status_code == 409
    assert "«Ольга Исполнителева»" in words and "«Денис Директоров»" in words
    assert lead(row(plan, "1.2")).person == region.executor


def test_other_cells_of_the_row_and_the_same_value_are_no_conflict(region, plan):
    version, client = row(plan, "1.2"), browser(region.director)
    save(client, version, proof="link", proof__seen="photo")
    stale = save(
        client, version,
        deadline_text="май 2026 г.", deadline_text__seen="до 1 июля",
        proof="photo", proof__seen="photo", party=str(region.own), party__seen=own(region),
    )  # fmt: skip
    assert stale.status_code == 302
    version = row(plan, "1.2")
    assert (version.proof, version.deadline_text) == ("link", "май 2026 г.")
    events = AuditEvent.objects.count()
    assert save(client, version, proof="link", proof__seen="photo").status_code == 302
    assert AuditEvent.objects.count() == events, "what is there already is not stored again"


def test_a_measure_removed_meanwhile_is_said_to_be_gone(region, plan):
    version = row(plan, "1.2")
    kept = MeasureVersion.objects.select_related("revision__plan").get(pk=version.pk)
    version.delete()
    with pytest.raises(Refusal) as refused:
        change_cell(
            kept, CellChange(Column.PROOF, "link", "photo"), Parties(plan),
            act=make.act(region.director),
        )  # fmt: skip
    assert refused.value.code == "measure_gone"


def test_the_conflict_carries_what_is_stored(region, plan):
    version = row(plan, "1.2")
    with pytest.raises(CellConflict) as refused:
        change_cell(
            version, CellChange(Column.PROOF, "link", "document"), Parties(plan),
            act=make.act(region.director),
        )  # fmt: skip
    assert refused.value.now == "photo"


def test_the_form_of_a_measure_does_not_overwrite_a_cell_filled_meanwhile(region, plan):
    version, client = row(plan, "1.2"), browser(region.director)
    url = reverse("measure", args=[version.pk])
    seen = re.search(r'name="seen" value="(\w{64})"', client.get(url).content.decode()).group(1)
    save(client, version, party="Ольга Исполнителева", party__seen=own(region))
    entered = {
        "number": "1.2", "text": "Обучить всех", "deadline_text": "до 1 июля", "proof": ["link"],
        "responsible": "Директор", "party": own(region),
    }  # fmt: skip
    answer = client.post(url, {**entered, "seen": seen})
    assert answer.status_code == 422
    assert "ответственный: Ольга Исполнителева" in said(answer)
    assert "Обучить всех" in answer.content.decode(), "what was entered stays in the form"
    assert lead(row(plan, "1.2")).person == region.executor
    newer = re.search(r'name="seen" value="(\w{64})"', answer.content.decode()).group(1)
    assert client.post(url, {**entered, "seen": newer}).status_code == 302
    assert lead(row(plan, "1.2")).text == "Директор" and row(plan, "1.2").text == "Обучить всех"


# --- Many rows ----------------------------------------------------------------------------------


def many(client: Client, plan: Plan, *versions: MeasureVersion, **data):
    seen = {name.replace("__", "-"): value for name, value in data.items()}
    return client.post(
        reverse("revision-table-many", args=[plan.pk, 1]),
        {"measure": [one.pk for one in versions], **seen},
    )


def test_many_rows_get_one_executor_each_with_its_result(region, plan):
    first, second, third = (row(plan, number) for number in ("1.1", "1.2", "1.3"))
    answer = many(
        browser(region.director), plan, first, second, column="party", party="Исполнителева О.",
        **{f"party__{first.pk}": "", f"party__{second.pk}": "external"},
    )  # fmt: skip
    words = said(answer)
    assert answer.status_code == 200
    assert "1.1 Обновить стенд: сохранено" in words
    assert re.search(r"1\.2 Обучить работников: Кто-то только что", words)
    assert lead(row(plan, "1.1")).person == region.executor
    assert lead(row(plan, "1.2")).person is None and lead(row(plan, "1.3")).person is None
    assert third.pk


def test_many_rows_get_one_proof(region, plan):
    rows = [row(plan, number) for number in ("1.1", "1.2")]
    seen = {f"proof__{one.pk}": "photo" for one in rows}
    many(browser(region.director), plan, *rows, column="proof", proof="document", **seen)
    assert [row(plan, number).proof for number in ("1.1", "1.2", "1.3")] == [
        "document", "document", "photo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("Неведомая", "Никого с именем «Неведомая» здесь нет"), ("", "Выберите, что дать отмеченным")],
)
def test_what_no_row_can_get_is_said_once_and_the_ticks_stay(region, plan, words, sentence):
    rows = [row(plan, number) for number in ("1.1", "1.2")]
    answer = many(browser(region.director), plan, *rows, column="party", party=words)
    assert answer.status_code == 422 and said(answer).count(sentence) == 1
    assert answer.content.decode().count(" checked") == 2
    assert lead(row(plan, "1.1")).kind == "unknown"


def test_nothing_ticked_and_rows_of_other_plans_change_nothing(region, plan):
    other = make.plan(region, title="Другой", period=YEAR)
    strange = MeasureVersion.objects.get(revision__plan=other)
    client = browser(region.director)
    for rows in ((), (strange,)):
        answer = many(client, plan, *rows, column="proof", proof="link")
        assert answer.status_code == 422 and "Сначала отметьте мероприятия" in said(answer)
    strange.refresh_from_db()
    assert strange.proof == "photo"
