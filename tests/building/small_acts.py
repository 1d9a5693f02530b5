"""Acts between the large ones of `acts`: a word changed, a photo taken out, a name put in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from compliance.domain.calendar.quarters import quarter
from compliance.domain.calendar.tables import Day
from compliance.models import InspectionPolicy, Invitation, MeasureVersion, User
from compliance.services.evidence.files import attach_photo, detach_evidence
from compliance.services.evidence.reports import Account, save_report
from compliance.services.execution.assignments import name_executor
from compliance.services.incentives.sheets import calculate_region, default_scheme
from compliance.services.inspections.policies import keep_policy
from compliance.services.people.invitations import invite, invite_many
from compliance.services.plans import drafts
from compliance.services.reference.calendar_days import remove_day, set_day
from tests.building import amendments
from tests.building import factories as make
from tests.building.acts import Deed, drafted, reported
from tests.building.inspected import accepted, policy
from tests.building.petitioned import asked
from tests.building.scenes import executing, sent
from workflows.services import inspections, petitions
from workflows.services.approval.amendments import withdraw_revision
from workflows.services.approval.reviews import drop_remark, put_remark
from workflows.services.plans import sending
from workflows.services.plans.recalling import recall_execution
from workflows.services.tasks import engine


def _change_measure() -> Deed:
    scene = drafted()
    version = MeasureVersion.objects.get()
    draft = make.measure("Купить кресла", number="1.2", deadline_text="до 1 июня 2026 г.")
    return lambda: drafts.change_measure(version, draft, act=make.act(scene.region.director))


def _remove_measure() -> Deed:
    scene = drafted()
    version = MeasureVersion.objects.get()
    return lambda: drafts.remove_measure(version, act=make.act(scene.region.director))


def _remark(text: str = "Уточнить срок") -> tuple[make.Region, MeasureVersion, Deed]:
    scene = sent()
    engine.take(scene.task.pk, act=make.act(scene.region.coordinator))
    version = MeasureVersion.objects.get()
    act = make.act(scene.region.coordinator)
    return scene.region, version, lambda: put_remark(version, text, act=act)


def _drop_remark() -> Deed:
    region, version, put = _remark()
    put()
    return lambda: drop_remark(version, act=make.act(region.coordinator))


def _withdraw_revision() -> Deed:
    scene = executing()
    revision = amendments.revised(scene)
    return lambda: withdraw_revision(
        revision, reason="Передумали", act=make.act(scene.region.director)
    )


def _name_executor() -> Deed:
    scene = executing()
    assignment, act = scene.occurrence.assignment, make.act(scene.region.director)
    return lambda: name_executor(assignment, scene.region.executor, act=act)


def _save_report() -> Deed:
    scene = executing()
    account = Account("Стенд обновлён", number="12", link="https://example.org/news")
    act = make.act(scene.region.executor)
    return lambda: save_report(scene.occurrence.pk, account, act=act)


def _attach() -> Deed:
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    return lambda: attach_photo(report, make.photo(), act=act)


def _detach() -> Deed:
    scene, pk = reported()
    photo = scene.occurrence.reports.get().evidence.get()
    assert scene.occurrence.pk == pk
    return lambda: detach_evidence(photo, act=make.act(scene.region.executor))


def _recall_report() -> Deed:
    scene, pk = reported()
    sending.submit_execution(pk, act=make.act(scene.region.executor))
    return lambda: recall_execution(pk, act=make.act(scene.region.executor))


def _withdraw_petition() -> Deed:
    scene = executing()
    petition = asked(scene)
    return lambda: petitions.withdraw(petition.pk, act=make.act(scene.region.executor))


def _keep_policy() -> Deed:
    region = make.region()
    row = InspectionPolicy(
        region=region.ministry, kind="visit", share=25, days=10, starts_on=date(2026, 5, 1)
    )
    return lambda: keep_policy(row, act=make.act(region.administrator))


def _plan_by_policy() -> Deed:
    policy(accepted().region)
    return lambda: inspections.plan_by_policy(act=make.act(None))


def _calculate() -> Deed:
    region = make.region()
    default_scheme(region.ministry, date(2026, 1, 1))
    act = make.act(region.personnel)
    return lambda: calculate_region(region.ministry, quarter("2026Q1"), act=act)


def _invite_many() -> Deed:
    region = make.region()
    invite(region.executor.pk, act=make.act(region.administrator))
    Invitation.objects.update(made_at=timezone.now() - timedelta(days=2))  # or it would stay
    people = User.objects.filter(username__in=["executor", "hr", "stranger", "admin"])
    return lambda: invite_many(people, act=make.act(region.administrator))


def _set_day() -> Deed:
    region = make.region()
    day = Day(date(2026, 6, 1), "non_working", "День области")
    return lambda: set_day(region.ministry, day, act=make.act(region.administrator))


def _remove_day() -> Deed:
    region = make.region()
    act = make.act(region.administrator)
    row = set_day(region.ministry, Day(date(2026, 6, 1), "non_working", "День области"), act=act)
    return lambda: remove_day(row, act=act)


SMALL_ACTS: dict[str, Callable[[], Deed]] = {
    "change a measure": _change_measure,
    "remove a measure": _remove_measure,
    "put a remark": lambda: _remark()[2],
    "drop a remark": _drop_remark,
    "withdraw a revision": _withdraw_revision,
    "name an executor": _name_executor,
    "save a report": _save_report,
    "attach a photo": _attach,
    "take a photo out": _detach,
    "recall a report": _recall_report,
    "withdraw a petition": _withdraw_petition,
    "keep a policy": _keep_policy,
    "plan by a policy": _plan_by_policy,
    "calculate a region": _calculate,
    "invite many": _invite_many,
    "set a day": _set_day,
    "remove a day": _remove_day,
}
