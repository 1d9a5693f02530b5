"""Title, period, sections and order: changed in a draft directly, in force through a revision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.headings import Heading
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Measure, Occurrence, Plan, Revision, Sending
from compliance.services.audit.trail import broken_chains
from compliance.services.evidence.reports import Account, save_report
from compliance.services.execution.deadlines import confirm_deadline
from compliance.services.plans.contents import content_hash
from compliance.services.plans.drafts import add_measure
from compliance.services.plans.frames import FramePart, change_frame, move_measure, seen_frame
from compliance.services.plans.texts import amended_by
from tests.building import factories as make
from tests.building.amendments import in_force, revised, step, task_of
from tests.building.due_dates import dated
from tests.building.framed import (
    change,
    draft,
    frame_of,
    move,
    order,
    text_of,
    three,
    with_sections,
)
from tests.building.scenes import executing, published, sent
from workflows.services.approval.reviews import since_last_seen
from workflows.services.plans import sending
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


# --- A draft --------------------------------------------------------------------------------------


def test_a_draft_changes_its_title_and_period_and_the_plan_follows():
    scene = draft()
    year = Period(date(2027, 1, 1), date(2027, 12, 31))
    assert change(scene, title="Новое название", period=year) == 0
    plan, revision = Plan.objects.get(), text_of(scene)
    assert (
        (plan.title, plan.period) == (revision.title, revision.period) == ("Новое название", year)
    )
    event = AuditEvent.objects.get(action="revision.frame")
    assert event.after["title"] == "Новое название" and event.after["period"] == "2027 год"
    assert event.actor == scene.region.director
    assert revision.authors.get().person == scene.region.director, "four eyes hold for it too"
    assert list(broken_chains()) == [] and list(differences()) == []


def test_sections_are_reworded_added_reordered_and_taken_out():
    scene = draft()
    with_sections(scene, "Комфортность", "Лишний")
    first, second, _third = text_of(scene).sections.order_by("position")
    change(scene, parts=[
        FramePart(Heading("Комфортность условий", "I"), second.pk),
        FramePart(Heading("Доступность", "II")),
        FramePart(Heading("Открытость", "III"), first.pk),
    ])  # fmt: skip
    assert order(text_of(scene)) == [
        "I. Комфортность условий:", "II. Доступность:", "III. Открытость: 1.1",
    ]  # fmt: skip
    assert text_of(scene).versions.get().section_id == first.pk


def test_a_section_with_measures_is_not_taken_out():
    scene = draft()
    with_sections(scene, "Комфортность")
    second = text_of(scene).sections.get(number="II")
    with pytest.raises(Refusal, match="'section_has_measures'"):
        change(scene, parts=[FramePart(Heading("Комфортность", "II"), second.pk)])
    with pytest.raises(Refusal, match="'no_headings'"):
        change(scene, parts=[])
    assert len(order(text_of(scene))) == 2


@pytest.mark.parametrize(
    ("number", "section", "after", "expected"),
    [
        ("1.3", "I", "", ["I. Открытость информации: 1.3 1.1 1.2", "II. Комфортность:"]),
        ("1.1", "I", "1.3", ["I. Открытость информации: 1.2 1.3 1.1", "II. Комфортность:"]),
        ("1.2", "II", "", ["I. Открытость информации: 1.1 1.3", "II. Комфортность: 1.2"]),
        ("1.1", "I", "", ["I. Открытость информации: 1.1 1.2 1.3", "II. Комфортность:"]),
    ],
)
def test_a_measure_is_moved_and_stays_the_same(number, section, after, expected):
    scene = draft(*three())
    with_sections(scene, "Комфортность")
    identities = set(Measure.objects.values_list("pk", flat=True))
    move(scene, number, section, after)
    assert order(text_of(scene)) == expected
    assert set(Measure.objects.values_list("pk", flat=True)) == identities
    moved = AuditEvent.objects.filter(action="measure.move")
    assert moved.exists() == (expected[0][-11:] != "1.1 1.2 1.3")


def test_behind_a_measure_that_is_elsewhere_by_now_nothing_is_moved():
    scene = draft(*three())
    with_sections(scene, "Комфортность")
    with pytest.raises(Conflict, match="'place_gone'"):
        move(scene, "1.1", "II", "1.3")
    other = make.plan(scene.region, title="Другой")
    foreign = other.revisions.get().sections.get()
    with pytest.raises(Conflict, match="'place_gone'"):
        move_measure(
            text_of(scene).versions.get(number="1.1"), foreign, None,
            act=make.act(scene.region.director),
        )  # fmt: skip


def test_nothing_is_added_to_a_section_that_was_just_taken_out():
    scene = draft()
    with_sections(scene, "Комфортность")
    gone = text_of(scene).sections.get(number="II")
    change(scene, parts=frame_of(text_of(scene)).parts[:1])
    with pytest.raises(Conflict, match="'place_gone'"):
        add_measure(gone, make.measure(), act=make.act(scene.region.director))


def test_a_change_made_in_between_is_not_overwritten():
    scene = draft()
    revision = text_of(scene)
    stale, seen = frame_of(revision, title="Второе"), seen_frame(revision)
    change(scene, title="Первое")
    with pytest.raises(Conflict, match="'frame_changed'"):
        change_frame(revision, stale, seen_before=seen, act=make.act(scene.region.director))
    assert Plan.objects.get().title == "Первое"


@pytest.mark.parametrize("part", ["coordinator", "executor", "foreign_director"])
def test_only_drafters_change_it(part):
    scene = draft(*three())
    revision, act = text_of(scene), make.act(scene.region.people[part])
    with pytest.raises(Forbidden):
        change_frame(revision, frame_of(revision), seen_before=seen_frame(revision), act=act)
    section = revision.sections.get()
    with pytest.raises(Forbidden):
        move_measure(revision.versions.first(), section, None, act=act)


def test_what_is_with_a_party_stays_as_it_is():
    scene = sent()
    with pytest.raises(Conflict, match="'revision_read_only'"):
        change(scene, title="Новое")
    with pytest.raises(Conflict, match="'revision_read_only'"):
        move(scene, "1.1", "I")


# --- Deadlines in another period ------------------------------------------------------------------


YEAR, NEXT = Period.of_years(2026), Period.of_years(2027)


@pytest.mark.parametrize(
    ("words", "waiting"),
    [
        ("ежеквартально", 0),  # takes the plan's period
        ("по мере необходимости", 0),
        ("сентябрь", 1),  # another September: a person has to look
        ("до 01.12.2026", 1),  # a day outside the new period
    ],
)
def test_deadlines_are_read_anew_for_another_period(words, waiting):
    scene = draft(make.measure(deadline_text=words), period=YEAR)
    version = text_of(scene).versions.get()
    confirm_deadline(version, act=make.act(scene.region.director))
    assert change(scene, period=NEXT) == waiting
    version.refresh_from_db()
    assert (version.deadline_confirmed_at is None) == bool(waiting)
    if words in {"ежеквартально", "сентябрь"}:
        assert version.deadline["parts"][0]["start"].startswith("2027")


def test_dates_that_a_person_set_are_kept_inside_the_period_and_dropped_outside():
    scene = draft(make.measure(deadline_text="по мере необходимости"), period=YEAR)
    version, act = text_of(scene).versions.get(), make.act(scene.region.director)
    confirm_deadline(version, act=act, dates=[date(2026, 6, 1), date(2026, 11, 2)])
    assert change(scene, period=Period(YEAR.start, NEXT.end)) == 0
    version.refresh_from_db()
    assert version.deadline_dates == ["2026-06-01", "2026-11-02"]
    assert version.deadline_confirmed_by == scene.region.director
    assert change(scene, period=Period(YEAR.start, date(2026, 6, 30))) == 1
    version.refresh_from_db()
    assert version.deadline_dates == [] and version.deadline_confirmed_at is None


@pytest.mark.parametrize(("days", "is_carried"), [(30, True), (90, False)])
def test_dates_in_force_are_carried_into_a_draft_in_whose_period_they_lie(days, is_carried):
    scene = executing(None, make.measure(deadline_text="по мере необходимости"))
    revision, day = revised(scene), TODAY + timedelta(days=days)
    change(scene, revision, period=Period(scene.plan.period_start, TODAY + timedelta(days=60)))
    bound = scene.plan.revisions.in_force().get().versions.get()
    confirm_deadline(bound, act=make.act(scene.region.coordinator), dates=[day])
    assert revision.versions.get().deadline_dates == ([f"{day}"] if is_carried else [])


# --- A plan that binds ----------------------------------------------------------------------------


def test_a_revision_changes_the_frame_in_words_and_takes_effect_as_a_whole():
    scene = executing(None, *three())
    first = scene.plan.revisions.get()
    revision = revised(scene)
    year_end = scene.plan.period_end - timedelta(days=30)
    change(scene, revision, title="Другое название",
           period=Period(scene.plan.period_start, year_end))  # fmt: skip
    with_sections(scene, "Комфортность")
    move(scene, "1.3", "II")
    plan = Plan.objects.get()
    assert (plan.title, plan.period) == (first.title, first.period), "the plan goes on meanwhile"
    found = amended_by(Revision.objects.get(pk=revision.pk))
    assert "Другое" in "".join(piece.words for piece in found.title)
    assert found.period and [(one.kind, one.heading) for one in found.sections] == [
        ("added", "II. Комфортность")
    ]
    assert [(one.kind, one.moved_from) for one in found.measures] == [
        ("moved", "I. Открытость информации")
    ]
    identities = set(Measure.objects.values_list("pk", flat=True))
    after = in_force(scene, revision)
    plan = Plan.objects.get()
    assert (plan.title, plan.period_end) == ("Другое название", year_end)
    assert set(Measure.objects.values_list("pk", flat=True)) == identities
    assert after.content_hash == content_hash(after) != first.content_hash
    assert list(differences()) == [] and list(broken_chains()) == []


def test_a_change_of_the_period_alone_is_a_change_and_is_frozen():
    scene = published()
    first, revision = scene.plan.revisions.get(), revised(scene)
    with pytest.raises(Refusal, match="'nothing_changed'"):
        sending.send_for_agreement(scene.plan.pk, act=make.act(scene.region.director))
    later = Period(scene.plan.period_start, scene.plan.period_end + timedelta(days=30))
    change(scene, revision, period=later)
    after = in_force(scene, revision)
    assert after.content_hash != first.content_hash
    Revision.objects.filter(pk=after.pk).update(period_end=first.period_end)
    kinds = {one.kind for one in differences()}
    assert kinds == {"frozen_text", "frame_and_text"}, "a period changed behind it is found"


def test_texts_frozen_before_the_period_was_part_of_them_keep_their_hash():
    scene = published()
    first = scene.plan.revisions.get()
    Revision.objects.filter(pk=first.pk).update(hash_version=1)
    old = content_hash(first)
    Revision.objects.filter(pk=first.pk).update(content_hash=old)
    assert old != first.content_hash and list(differences()) == []


def test_due_dates_follow_a_longer_and_a_shorter_period():
    scene = executing(None, make.measure(deadline_text="ежемесячно"))
    rows = Occurrence.objects.filter(plan=scene.plan).lasting()
    first = scene.occurrence
    yesterday = TODAY - timedelta(days=1)
    dated(Occurrence.objects.filter(pk=first.pk), yesterday)
    begun = rows.order_by("due_on").last()
    save_report(begun.pk, Account("Начато"), act=make.act(scene.region.executor))
    shorter = Period(scene.plan.period_start, TODAY + timedelta(days=65))
    revision = revised(scene)
    change(scene, revision, period=shorter)
    assert rows.filter(due_on__gt=shorter.end).count() > 1, "nothing moves before it binds"
    in_force(scene, revision)
    beyond = rows.filter(due_on__gt=shorter.end)
    assert list(beyond) == [begun], "what somebody has begun stays"
    assert rows.filter(pk=first.pk, status="open").exists(), "what is overdue stays open"
    longer = Period(shorter.start, shorter.end + timedelta(days=200))
    revision = revised(scene)
    change(scene, revision, period=longer)
    in_force(scene, revision)
    assert rows.filter(due_on__gt=begun.due_on).exists()
    assert not rows.filter(due_on__gt=longer.end).exists()
    assert list(differences()) == []


def test_the_year_end_checkpoint_of_words_without_dates_follows_the_period():
    scene = executing(None, make.measure(deadline_text="по мере необходимости"))
    end = TODAY + timedelta(days=90)
    revision = revised(scene)
    change(scene, revision, period=Period(scene.plan.period_start, end))
    in_force(scene, revision)
    rows = Occurrence.objects.filter(plan=scene.plan).open()
    assert rows.exists() and all(row.due_on <= end for row in rows)


@pytest.mark.parametrize(
    ("period", "code"),
    [
        (Period(TODAY + timedelta(days=2), TODAY + timedelta(days=300)), "period_after_work"),
        (Period(TODAY - timedelta(days=100), TODAY - timedelta(days=1)), "period_is_past"),
        (Period(TODAY, TODAY + timedelta(days=3650)), "period_too_long"),
        (Period(date(1990, 1, 1), date(1990, 12, 31)), "period_not_in_our_time"),
    ],
)
def test_what_a_period_cannot_be_is_refused(period, code):
    scene = executing()
    revision = revised(scene)
    with pytest.raises(Refusal) as caught:
        change(scene, revision, period=period)
    assert caught.value.code == code
    revision.refresh_from_db()
    assert revision.period == scene.plan.period


def test_a_party_reads_in_the_second_round_what_was_changed_around_the_measures():
    scene = executing()
    revision = revised(scene)
    change(scene, revision, title="Первое название")
    for outcome in ("begin", "return"):
        step(scene, revision, outcome)
    revision.remarks.update(settled_at=timezone.now())
    change(scene, Revision.objects.get(pk=revision.pk), title="Второе название")
    step(scene, revision, "send")
    found = since_last_seen(task_of(revision))
    assert [piece.words for piece in found.title if piece.kind != "same"] == ["Первое", "Второе"]
    assert Sending.objects.filter(revision=revision).first().content["title"] == "Первое название"
