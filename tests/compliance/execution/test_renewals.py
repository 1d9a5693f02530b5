"""A changed deadline replaces only the open future; what a person may still say of one in force."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import Occurrence, Revision
from compliance.services.evidence.reports import Account, save_report
from compliance.services.execution.deadlines import confirm_deadline
from compliance.services.execution.in_force import put_in_force
from compliance.services.execution.occurrences import materialise_occurrences
from compliance.services.execution.renewals import close_removed, renew_occurrences
from compliance.services.plans.drafts import read_into
from tests.building import factories as make
from tests.building.executed import (
    BEGIN,
    QUARTERS,
    dates,
    executing,
    noon,
    reworded,
    version_of,
)


@pytest.fixture
def region(db) -> make.Region:
    return make.region()


# --- A changed deadline -------------------------------------------------------------------------


def test_a_changed_deadline_replaces_only_the_open_future(region):
    plan = executing(region, "Ежеквартально")
    past, june, september, december = Occurrence.objects.filter(plan=plan).order_by("due_on")
    save_report(september.pk, Account("Начато"), act=make.act(region.executor))
    renewal = reworded(plan, "ежемесячно до 25 числа", date(2026, 5, 20))
    assert (renewal.closed, renewal.made) == (2, 8)
    for row in (past, june, september, december):
        row.refresh_from_db()
    assert past.status == september.status == "open", "what is past or begun is kept"
    assert june.status == december.status == "cancelled"
    assert june.close_reason and june.closed_at
    asked = Occurrence.objects.lasting().filter(plan=plan, deadline_revision=2)
    months = [row.intended_on for row in asked.order_by("intended_on")]
    assert months == [date(2026, month, 25) for month in range(5, 13)]
    assert version_of(plan).measure.deadline_revision == 2
    assert materialise_occurrences() == 0, "January to April were owed under the old deadline"


def test_dates_that_the_new_deadline_asks_for_too_stay_the_same_rows(region):
    plan = executing(region, "Ежеквартально")
    before = list(Occurrence.objects.filter(plan=plan).order_by("due_on").values_list("pk"))
    renewal = reworded(plan, "IV квартал 2026 г.", date(2026, 5, 20))
    assert (renewal.closed, renewal.made) == (2, 0)
    kept = list(Occurrence.objects.lasting().filter(plan=plan).order_by("due_on"))
    assert [(row.pk,) for row in kept] == [before[0], before[3]]
    assert {row.deadline_revision for row in kept} == {1}, "nobody is reminded of it anew"


def test_an_extended_date_of_the_old_deadline_is_replaced_too(region):
    plan = executing(region, "до 1 июля 2026 г.")
    Occurrence.objects.filter(plan=plan).update(
        due_on=date(2026, 8, 3), late_after=date(2026, 8, 3), extension_count=1, deadline_revision=2
    )
    reworded(plan, "до 1 октября 2026 г.", date(2026, 5, 20))
    assert dates(plan) == [date(2026, 10, 1)]
    assert version_of(plan).measure.deadline_revision == 3


def test_a_sweep_closes_what_an_overtaken_sweep_has_just_made(region):
    """A sweep that read the old deadline may commit after the change: the next one mends it."""
    plan = executing(region, "Ежеквартально")
    reworded(plan, "IV квартал 2026 г.", date(2026, 5, 20))
    stale = Occurrence.objects.get(plan=plan, status="cancelled", due_on=date(2026, 9, 30))
    Occurrence.objects.filter(pk=stale.pk).update(status="open", close_reason="", closed_at=None)
    materialise_occurrences(now=noon(date(2026, 5, 21)))
    stale.refresh_from_db()
    assert stale.status == "cancelled"


def test_a_removed_measure_closes_its_open_dates_with_the_reason(region):
    plan = executing(region, "Ежеквартально")
    version = version_of(plan)
    act = make.act(None, noon(date(2026, 5, 20)))
    assert close_removed([version.measure], version.revision, act=act) == 3
    closed = Occurrence.objects.filter(plan=plan, status="cancelled")
    assert all(row.close_reason and row.closed_at == act.at for row in closed)
    assert dates(plan) == [date(2026, 3, 31)], "what was overdue stays open"
    assert materialise_occurrences(now=act.at) == 0


def test_a_revision_put_in_force_carries_work_and_dates_over(region):
    """Kept, changed, removed and new measures in one revision of an executing plan."""
    plan = executing(region, "Ежеквартально", "до 1 июля 2026 г.", "до 1 октября 2026 г.")
    old = plan.revisions.get()
    new = Revision.objects.create(plan=plan, number=2, **plan.frame, created_at=BEGIN)
    section = new.sections.create(position=1, title="Открытость")
    act = make.act(None, noon(date(2026, 5, 20)))
    kept, changed, removed = old.versions.order_by("number")
    for position, version in enumerate((kept, changed)):
        parties = list(version.responsibles.all())
        version.pk, version.revision, version.section = None, new, section
        version.position = position
        version.save()
        for party in parties:
            party.pk, party.version = None, version
            party.save()
    read_into(changed, "до 3 августа 2026 г.", act)
    changed.save()
    put_in_force(new, act=act)
    rows = Occurrence.objects.lasting().filter(plan=plan)
    assert dates(plan, assignment__measure=changed.measure) == [date(2026, 8, 3)]
    assert dates(plan, assignment__measure=kept.measure) == QUARTERS
    assert {row.version.revision_id for row in rows} == {new.pk}
    assert not rows.filter(assignment__measure=removed.measure).exists()
    removed.measure.refresh_from_db()
    assert removed.measure.removed_by == new


# --- What a person says of a deadline in force --------------------------------------------------


def test_an_anchor_replaces_the_year_end_checkpoint(region):
    plan = executing(region, "в течение 10 рабочих дней со дня получения предписания")
    version = version_of(plan)
    confirm_deadline(version, act=make.act(region.coordinator, BEGIN))
    assert dates(plan) == [date(2026, 12, 30)]
    act = make.act(region.director, noon(date(2026, 4, 20)))
    confirm_deadline(version, act=act, anchor=date(2026, 4, 20))
    assert dates(plan) == [date(2026, 5, 5)], "1 May is not a working day"
    assert Occurrence.objects.lasting().get(plan=plan).kind == "deadline"


def test_an_unsettled_deadline_of_an_adopted_plan_owes_from_the_day_it_is_settled(region):
    plan = executing(region, "когда-нибудь")
    act = make.act(region.coordinator, noon(date(2026, 5, 20)))
    days = [date(2026, 4, 15), date(2026, 6, 15)]
    assert confirm_deadline(version_of(plan), act=act, dates=days).made == 1
    assert dates(plan) == [date(2026, 6, 15)]


def test_what_the_words_fix_is_not_changed_in_a_text_in_force(region):
    plan = executing(region, "до 1 июля 2026 г.")
    with pytest.raises(Refusal, match="'deadline_in_force'"):
        confirm_deadline(
            version_of(plan), act=make.act(region.coordinator), dates=[date(2026, 12, 1)]
        )
    assert dates(plan) == [date(2026, 7, 1)]


def test_dates_once_set_are_changed_by_the_ministry_alone(region):
    plan = executing(region, "В установленные сроки")
    act = make.act(region.director, BEGIN)
    confirm_deadline(version_of(plan), act=act, dates=[date(2026, 6, 15)])
    with pytest.raises(Forbidden, match="'dates_are_set'"):
        confirm_deadline(version_of(plan), act=act, dates=[date(2026, 12, 15)])
    act = make.act(region.coordinator, BEGIN)
    confirm_deadline(version_of(plan), act=act, dates=[date(2026, 12, 15)])
    assert dates(plan) == [date(2026, 12, 15)]


def test_settling_leaves_the_frozen_text_as_it_was(region):
    from workflows.services.reconciliation import differences

    plan = executing(region, "В установленные сроки")
    confirm_deadline(version_of(plan), act=make.act(region.coordinator), dates=[date(2026, 12, 1)])
    assert list(differences()) == []


def test_renewing_what_comes_out_the_same_keeps_every_row(region):
    plan = executing(region, "Ежеквартально")
    before = list(Occurrence.objects.order_by("pk").values())
    renewal = renew_occurrences([version_of(plan).measure], act=make.act(None, BEGIN))
    assert (renewal.closed, renewal.moved, renewal.made) == (0, 0, 0)
    assert list(Occurrence.objects.order_by("pk").values()) == before
