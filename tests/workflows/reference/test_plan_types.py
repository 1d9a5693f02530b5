"""The page of plan types: who sees it, what it changes, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import AuditEvent, InterimDate, Plan, PlanType
from compliance.services.audit.trail import broken_chains
from compliance.services.documents.imports import Request, import_document
from compliance.services.reference.plan_types import create_type, draft_of, retire_type, seen
from tests.building import factories as make
from tests.building.acts import BACK, answer
from tests.building.parties import set_type, step
from tests.building.scenes import executing, sent
from tests.compliance.documents.test_imports import institution_plan
from workflows.models import Task
from workflows.services.reference.plan_types import change_type

pytestmark = pytest.mark.django_db


def page_of(region: make.Region, part: str = "administrator") -> Client:
    client = Client()
    client.force_login(region.people[part])
    return client


def entered(kind: PlanType, *rows: dict, **given) -> dict[str, str]:
    """What a browser sends: the type as it is, and these parties."""
    usual = {"days": "5", "quorum_share": "50", "quorum_count": "1", "majority_share": "50"}
    data = {
        "seen": seen(kind),
        "steps-TOTAL_FORMS": str(len(rows)),
        "steps-INITIAL_FORMS": "2",
        **{name: getattr(kind, name) for name in ("name", "owner_kind", "headings")},
        **{name: getattr(kind, name) for name in ("drafted_by", "published_by")},
        **{name: getattr(kind, name) for name in ("reported_by", "accepted_by")},
        "drafters_decide": "on",
        **given,
    }
    for place, row in enumerate(rows):
        for name, value in {"order": str(place + 1), **usual, **row}.items():
            data[f"steps-{place}-{name}"] = value
    return {name: value for name, value in data.items() if value is not None}


AGREES = {"kind": "agrees", "role": "coordinator"}
APPROVES = {"kind": "approves", "role": "director", "bases": ["order"]}


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def kind() -> PlanType:
    return PlanType.objects.get(code="institution")


def test_overseers_look_administrators_change_the_others_do_not_see(region, kind):
    address = reverse("plan-type", args=[kind.pk])
    page = page_of(region, "coordinator").get(reverse("plan-types"))
    assert page.status_code == 200 and address not in page.content.decode()
    assert page_of(region, "coordinator").get(address).status_code == 403
    assert page_of(region, "director").get(reverse("plan-types")).status_code == 403
    assert address in page_of(region).get(reverse("plan-types")).content.decode()
    page = page_of(region).get(address).content.decode()
    assert "Согласует" in page and "Ещё одна сторона" in page


def test_parties_are_stored_in_their_order_and_the_change_is_on_record(region, kind):
    council = {"kind": "approves", "role": "council", "bases": ["order", "minutes"],
               "is_vote": "on", "quorum_share": "60", "order": "3"}  # fmt: skip
    rows = ({**APPROVES, "order": "9"}, AGREES | {"order": "1"}, council)
    data = entered(kind, *rows, drafters_decide=None)
    answer = page_of(region).post(reverse("plan-type", args=[kind.pk]), data)
    assert answer.status_code == 302
    kind.refresh_from_db()
    found = [(one.kind, one.role, one.is_vote, one.bases) for one in kind.steps.all()]
    assert found == [
        ("agrees", "coordinator", False, []),
        ("approves", "council", True, ["minutes", "order"]),
        ("approves", "director", False, ["order"]),
    ]
    assert kind.drafters_decide is False
    event = AuditEvent.objects.get(action="plan_type.change")
    assert event.organisation == region.ministry and event.actor == region.administrator
    assert event.before["drafters_decide"] and len(event.after["steps"]) == 3
    assert list(broken_chains()) == []
    page = page_of(region).get(reverse("plan-types")).content.decode()
    assert "кворум 60" in page and "Никто не согласует" in page


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((AGREES,), "хотя бы одна утверждающая"),
        ((APPROVES,), "хотя бы одна согласующая"),
        ((APPROVES, AGREES), "Измените порядок"),
        ((AGREES, {**APPROVES, "bases": []}), "на каком основании"),
        ((AGREES, {**APPROVES, "role": ""}), "хотя бы одна утверждающая"),
        ((AGREES, {**APPROVES, "days": "0"}), "больше либо равно 1"),
        ((AGREES, {**APPROVES, "quorum_share": "101"}), "меньше либо равно 100"),
        ((AGREES, {**APPROVES, "role": "\0"}), "role"),
        ((AGREES, {**APPROVES, "order": "9" * 40}), "меньше либо равно 99"),
        ((AGREES, {**APPROVES, "bases": ["sword"]}), "sword"),
    ],
)
def test_what_makes_no_way_is_said_and_nothing_is_lost(region, kind, rows, words):
    before = seen(kind)
    data = entered(kind, *rows)
    answer = page_of(region).post(reverse("plan-type", args=[kind.pk]), data)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert seen(PlanType.objects.get(pk=kind.pk)) == before


def test_a_form_without_its_rows_is_refused(region, kind):
    address = reverse("plan-type", args=[kind.pk])
    assert page_of(region).post(address, {}).status_code == 422
    many = {**entered(kind, AGREES, APPROVES), "steps-TOTAL_FORMS": "9" * 30}
    assert page_of(region).post(address, many).status_code == 422
    assert page_of(region).get(reverse("plan-type", args=[2**40])).status_code == 404


def test_a_change_made_in_between_is_not_overwritten(region, kind):
    data = entered(kind, AGREES, APPROVES)
    set_type(region, step("agrees", "head"), step("approves", "director"))
    answer = page_of(region).post(reverse("plan-type", args=[kind.pk]), data)
    assert answer.status_code == 409
    assert kind.steps.first().role == "head"


def test_who_drafts_is_not_changed_under_a_plan_that_is_being_reworked(region):
    scene = sent(region)
    steps = (step("agrees", "coordinator"), step("approves", "director"))
    set_type(region, *steps, drafted_by="coordinator")
    set_type(region, *steps, drafted_by="director")
    answer(scene, "coordinator", "return", BACK)()
    with pytest.raises(Refusal, match="'type_in_use'"):
        set_type(region, *steps, drafted_by="coordinator")
    assert PlanType.objects.get(code="institution").drafted_by == "director"
    set_type(region, *steps, published_by="coordinator")
    assert Task.objects.open().get().role == "director"


def test_of_several_regions_no_one_changes_what_is_common_to_all(region):
    make.ministry(name="Министерство другой области")
    with pytest.raises(Forbidden):
        set_type(region, step("agrees", "head"), step("approves", "director"))


# --- Adding and retiring --------------------------------------------------------------------------


NEW = "/plan-types/new/"


def sent_anew(**given) -> dict[str, str]:
    """What a browser sends of a new type: two parties, and a row left as it came."""
    kind = PlanType.objects.get(code="institution")
    untouched = {"kind": "agrees", "order": "", "role": ""}
    usual = {**entered(kind, AGREES, APPROVES, untouched), "seen": "", "name": "План отдела"}
    return {**usual, **given}


def test_a_type_is_added_and_plans_of_it_can_be_begun(region):
    client = page_of(region)
    assert NEW in client.get(reverse("plan-types")).content.decode()
    data = sent_anew(headings="I. Первый\n\n 2) Второй")
    assert client.post(NEW, data).status_code == 302
    kind = PlanType.objects.get(name="План отдела")
    assert kind.headings == "I. Первый\n2. Второй"
    assert [one.role for one in kind.steps.all()] == ["coordinator", "director"]
    event = AuditEvent.objects.get(action="plan_type.add")
    assert event.after["name"] == "План отдела" and event.actor == region.administrator
    assert list(broken_chains()) == []
    page = page_of(region, "director").get("/plans/new/").content.decode()
    assert "План отдела" in page and "План мероприятий учреждения" in page


def test_a_copy_begins_with_everything_of_its_original(region, kind):
    page = page_of(region).get(f"{NEW}?like={kind.pk}").content.decode()
    assert "План мероприятий учреждения (копия)" in page
    assert "V. Удовлетворённость условиями оказания услуг" in page
    assert 'value="coordinator" selected' in page
    empty = page_of(region).get(NEW).content.decode()
    assert "(копия)" not in empty and 'value="coordinator" selected' not in empty
    assert page_of(region).get(f"{NEW}?like=x").status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "План мероприятий учреждения"}, "уже есть"),
        ({"name": " план Мероприятий учреждения "}, "уже есть"),
        ({"name": ""}, "Обязательное поле"),
        ({"owner_kind": "council"}, "council"),
        ({"headings": "\n".join("А" * 41)}, "не больше 40"),
        ({"steps-1-role": ""}, "хотя бы одна утверждающая"),
    ],
)
def test_a_type_that_cannot_be_is_refused_and_nothing_is_lost(region, given, words):
    answer = page_of(region).post(NEW, sent_anew(**given))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert PlanType.objects.count() == 2


def test_the_second_press_makes_no_second_type(region):
    client = page_of(region)
    assert client.post(NEW, sent_anew()).status_code == 302
    assert client.post(NEW, sent_anew()).status_code == 422
    assert PlanType.objects.filter(name="План отдела").count() == 1


def test_a_retired_type_takes_no_new_plans_and_the_others_go_on(region, kind):
    scene = sent(region)
    client = page_of(region)
    assert client.post(reverse("plan-type-retire", args=[kind.pk])).status_code == 302
    with pytest.raises(Refusal, match="'type_retired'"):
        make.plan(region, title="Ещё один")
    assert page_of(region, "director").get("/plans/new/").status_code == 403
    answer(scene, "coordinator", "agree")()
    assert AuditEvent.objects.get(action="plan_type.retire").after["retired_at"]
    assert client.post(reverse("plan-type-retire", args=[kind.pk])).status_code == 409
    page = client.get(reverse("plan-types")).content.decode()
    assert "новых планов нет" in page and "Предлагать снова" in page
    assert client.post(reverse("plan-type-offer", args=[kind.pk])).status_code == 302
    make.plan(region, title="Ещё один")
    assert list(broken_chains()) == []


def test_a_document_of_a_retired_type_is_taken_for_the_next_one_of_its_kind(region, kind):
    act = make.act(region.administrator)
    retire_type(kind.pk, act=act)
    text = institution_plan(region.own.name, "1\tСтенд\tОбновить стенд\tмай\tДиректор")
    with pytest.raises(Refusal, match="'no_plan_type'"):
        import_document(text.encode(), "plan.txt", Request(), act=make.act(None))
    draft = replace(draft_of(kind), name="Новый вид")
    made = create_type(draft, act=act)
    stored = import_document(text.encode(), "plan.txt", Request(), act=make.act(None))
    assert Plan.objects.get(pk=stored["plan"]).type == made


def test_a_name_that_was_taken_meanwhile_stands_in_the_way_of_offering_again(region, kind):
    act = make.act(region.administrator)
    retire_type(kind.pk, act=act)
    create_type(draft_of(kind), act=act)
    page = page_of(region).post(reverse("plan-type-offer", args=[kind.pk]), follow=True)
    assert "уже есть" in page.content.decode()
    kind.refresh_from_db()
    assert kind.retired_at is not None


def test_whose_plans_they_are_is_not_changed_under_plans_that_exist(region, kind):
    make.plan(region)
    data = entered(kind, AGREES, APPROVES, owner_kind="ministry")
    page = page_of(region).post(reverse("plan-type", args=[kind.pk]), data)
    assert page.status_code == 422 and "Планы этого вида уже есть" in page.content.decode()


def test_a_name_left_as_it_is_shown_stays_the_translated_one(region, kind):
    data = entered(kind, AGREES, APPROVES, name=str(kind), headings="I. Один")
    assert page_of(region).post(reverse("plan-type", args=[kind.pk]), data).status_code == 302
    kind.refresh_from_db()
    assert kind.name == "Improvement plan of an institution" and kind.headings == "I. Один"
    event = AuditEvent.objects.get(action="plan_type.change")
    assert event.before["headings"] != event.after["headings"]


@pytest.mark.parametrize("part", ["coordinator", "director"])
def test_only_administrators_add_and_retire(region, kind, part):
    client = page_of(region, part)
    for name in ("plan-type-retire", "plan-type-offer"):
        assert client.post(reverse(name, args=[kind.pk])).status_code == 403
    assert client.get(NEW).status_code == client.post(NEW, sent_anew()).status_code == 403
    with pytest.raises(Forbidden):
        create_type(draft_of(kind), act=make.act(region.people[part]))
    with pytest.raises(Forbidden):
        retire_type(kind.pk, act=make.act(region.people[part]))


def test_how_often_the_course_is_asked_for_holds_at_once_for_plans_in_execution(region, kind):
    today = timezone.localdate()
    words = f"в течение {today.year}-{today.year + 1} гг."
    period = Period(today - timedelta(days=30), today + timedelta(days=500))
    executing(region, make.measure(deadline_text=words), period=period)
    draft = make.plan(region, make.measure(deadline_text=words), period=period, title="Второй")
    asked = list(InterimDate.objects.values_list("asked_on", flat=True))
    assert len(asked) > 2

    def save(wanted: str) -> list[date]:
        change_type(
            kind.pk, replace(draft_of(kind), interim_checkpoints=wanted),
            seen_before=seen(PlanType.objects.get(pk=kind.pk)), act=make.act(region.administrator),
        )  # fmt: skip
        return list(InterimDate.objects.values_list("asked_on", flat=True))

    assert save("none") == []
    assert save("quarterly") == asked
    assert save("half_yearly") == [day for day in asked if day.month in {6, 7, 12, 1}][: len(asked)]
    assert not InterimDate.objects.filter(plan=draft).exists()


def test_the_form_says_from_when_it_holds(region, kind):
    page = page_of(region).get(reverse("plan-type", args=[kind.pk])).content.decode()
    assert "в исполняемых планах — сразу" in page


def test_a_setting_is_changed_before_there_is_any_organisation(kind):
    root = make.act(make.user("root", is_superuser=True))
    draft = replace(draft_of(kind), interim_checkpoints="none")
    assert change_type(kind.pk, draft, seen_before=seen(kind), act=root).interim_checkpoints == (
        "none"
    )
