"""Each link between tables is cut by raw SQL: the check names it in one clear line, or the database
refuses the cut. A table of cuts; what the services make has no difference.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from pytest_django import DjangoDbBlocker

from tests.building.corrupted import World, cut, facts_of, make_world
from tests.building.kept import kept
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    with kept(make_world, django_db_blocker, tmp_path_factory) as made:
        yield made


DUE, TASK, PROCESS = "compliance_occurrence", "workflows_task", "workflows_process"
ON_CONTROL = ("free", "reported", "moved", "asking")
# What is cut: the statement, and the line of the command; several where several tables part.
CUTS: dict[str, tuple[str, list[str]]] = {
    "plan in another state than its open task": (
        "UPDATE compliance_plan SET state = 'agreed' WHERE id = {draft}",
        ["state_and_task: plan {draft}: expected draft, found agreed, with the open task “agree”"],
    ),
    "process done with its task open": (
        f"UPDATE {PROCESS} SET status = 'DONE' WHERE id = {{waiting_process}}",
        [
            "process_and_task: process {waiting_process}: expected running, found DONE",
            "report_and_verification: report {reportid}: expected 1 running verifications, found 0",
        ],
    ),
    "process cancelled with its task open": (
        f"UPDATE {PROCESS} SET status = 'CANCELED' WHERE id = {{inspect_process}}",
        [
            "inspection_and_process: inspection {inspection}: expected 1 of them, "
            "found 0 running processes",
            "process_and_task: process {inspect_process}: expected running, found CANCELED",
        ],
    ),
    "running process without its task": (
        f"UPDATE {TASK} SET status = 'DONE', finished = '{{now}}' WHERE id = {{inspect}}",
        ["process_and_task: process {inspect_process}: expected 1 open task, found 0 open tasks"],
    ),
    "process of another flow than its task": (
        f"UPDATE {PROCESS} SET flow_class = 'workflows/flows.ReportFlow' "
        "WHERE id = {lent_process}",
        [
            "process_and_subject: process {lent_process}: expected nothing but its plan, "
            "found revision",
            "process_and_task: task {lent}: expected a step of ReportFlow, found of ApprovalFlow",
        ],
    ),
    "process about another plan's report": (
        f"UPDATE {PROCESS} SET plan_id = {{draft}} WHERE id = {{inspect_process}}",
        [
            "process_and_subject: process {inspect_process}: expected something of plan {draft}, "
            "found another plan's",
            "state_and_task: plan {draft}: expected executing or reported, "
            "found draft, with the open task “inspect”",
        ],
    ),
    "approval whose text has no party left": (
        "UPDATE compliance_revisionparty SET kind = 'publishes' "
        "WHERE revision_id = {dtext} AND position = 1",
        ["task_and_party: task {lent}: expected a party that agrees, found publishes"],
    ),
    "text in drafting while a party has it": (
        "UPDATE compliance_revision SET status = 'drafting' WHERE id = {dtext}",
        ["revision_and_task: plan {draft}: expected with the parties, found drafting, agree"],
    ),
    "text in force of a plan that does not bind": (
        "UPDATE compliance_plan SET state = 'approved' WHERE id = {plan}",
        [
            "revision_and_state: plan {plan}, approved: expected 0 revisions in force, found 1",
            "revision_and_state: plan {plan}, approved: expected 1 drafts, found 0",
            *(
                f"occurrence_and_plan: occurrence {{{row}}}: "
                "expected a plan executing or reported, found approved"
                for row in ON_CONTROL
            ),
            "state_and_task: plan {plan}: expected executing or reported, "
            "found approved, with the open task “decide”",
            "state_and_task: plan {plan}: expected executing or reported, "
            "found approved, with the open task “inspect”",
            "state_and_task: plan {plan}: expected executing or reported, "
            "found approved, with the open task “verify”",
        ],
    ),
    "plan that binds without a text in force": (
        "UPDATE compliance_revision SET status = 'superseded' WHERE id = {text}",
        [
            "revision_and_state: plan {plan}, executing: expected 1 revisions in force, found 0",
            *(
                f"occurrence_and_revision: occurrence {{{row}}}: "
                "expected the text in force, found 1"
                for row in ON_CONTROL
            ),
        ],
    ),
    "measure taken out though in the text in force": (
        "UPDATE compliance_measure SET removed_by_id = {dtext} WHERE id = {measure}",
        [
            "measure_and_revision: measure {measure}: expected taken out, "
            "found in the text in force",
            "measure_and_revision: measure {measure}: expected taken out by a revision of plan "
            "{plan}, found by another's",
            "occurrence_and_assignment: occurrence {free}: expected closed: its measure or "
            "assignment has ended, found open, due {free_due}",
        ],
    ),
    "text of a measure of another plan": (
        "UPDATE compliance_measureversion SET measure_id = {measure} WHERE id = {dvers}",
        ["measure_and_revision: measure {measure}: expected a text of plan {plan}, "
         "found another's"],
    ),
    "date that the schedule does not ask for": (
        f"UPDATE {DUE} SET intended_on = '{{earlier}}' WHERE id = {{free}}",
        [
            "occurrence_and_schedule: occurrence {free}: expected no such date, found {earlier}",
            "occurrence_and_schedule: plan {plan}, assignment {assignment}: "
            "expected due {free_due}, found missing",
        ],
    ),
    "date that is missing": (
        f"DELETE FROM {DUE} WHERE id = {{free}}",
        ["occurrence_and_schedule: plan {plan}, assignment {assignment}: "
         "expected due {free_due}, found missing"],
    ),
    "date under an assignment that has ended": (
        "UPDATE compliance_assignment SET ended_at = '{now}' WHERE id = {assignment}",
        ["occurrence_and_assignment: occurrence {free}: expected closed: its measure or "
         "assignment has ended, found open, due {free_due}"],
    ),
    "date of another organisation than its assignment": (
        f"UPDATE {DUE} SET organisation_id = {{other}} WHERE id = {{free}}",
        ["occurrence_and_assignment: occurrence {free}: expected what assignment {assignment} "
         "says, found something else"],
    ),
    "accepted by a report that is not": (
        "UPDATE compliance_executionreport SET status = 'returned', remark = 'Нет' "
        "WHERE id = {accepted}",
        ["occurrence_and_report: occurrence {done}: expected its own accepted report, "
         "found returned"],
    ),
    "waiting for an inspector without a report": (
        f"UPDATE {DUE} SET status = 'submitted' WHERE id = {{free}}",
        ["occurrence_and_report: occurrence {free}: expected a submitted report, found none"],
    ),
    "open though its report waits": (
        f"UPDATE {DUE} SET status = 'open' WHERE id = {{reported}}",
        ["occurrence_and_report: occurrence {reported}: expected submitted, as report {reportid}, "
         "found open"],
    ),
    "waived without a decision": (
        f"UPDATE {DUE} SET status = 'waived', close_reason = 'Так', closed_at = '{{now}}' "
        "WHERE id = {free}",
        [
            "occurrence_and_count: organisation {own}, {free_month}, waived: "
            "expected {waived_and_one}, found {waived}",
            "occurrence_and_petition: occurrence {free}: expected a decision, found none",
        ],
    ),
    "open though a waiver was granted": (
        f"UPDATE {DUE} SET status = 'open', closed_at = NULL WHERE id = {{off}}",
        [
            "occurrence_and_count: organisation {own}, {off_month}, waived: expected 0, found 1",
            "occurrence_and_petition: petition {waiver}: expected waived, found open",
        ],
    ),
    "outcome counted twice": (
        "UPDATE compliance_outcomecount SET count = 2 WHERE outcome = 'waived'",
        ["occurrence_and_count: organisation {own}, {off_month}, waived: expected 1, found 2"],
    ),
    "date moved without a petition": (
        f"UPDATE {DUE} SET due_on = '{{later}}', late_after = '{{later}}' WHERE id = {{free}}",
        ["occurrence_and_date: occurrence {free}: expected {free_due}, found {later}"],
    ),
    "planned earlier than it first was": (
        f"UPDATE {DUE} SET due_on = '{{earlier}}' WHERE id = {{free}}",
        ["occurrence_and_date: occurrence {free}: expected {free_due}, found {earlier}"],
    ),
    "last day in time moved": (
        f"UPDATE {DUE} SET late_after = '{{later}}' WHERE id = {{free}}",
        ["occurrence_and_date: occurrence {free}: expected late after {free_due}, found {later}"],
    ),
    "granted date planned weeks before it": (
        f"UPDATE {DUE} SET due_on = '{{earlier}}' WHERE id = {{moved}}",
        ["occurrence_and_date: occurrence {moved}: expected {granted_on}, found {earlier}"],
    ),
    "date counted as extended without a petition": (
        f"UPDATE {DUE} SET extension_count = 1 WHERE id = {{free}}",
        ["occurrence_and_petition: occurrence {free}: expected 0 extensions, found 1"],
    ),
    "extended to another date than granted": (
        f"UPDATE {DUE} SET due_on = '{{later}}', late_after = '{{later}}' WHERE id = {{moved}}",
        [
            "occurrence_and_date: occurrence {moved}: "
            "expected late after {granted_on}, found {later}"
        ],
    ),
    "granted extension that moved nothing": (
        f"UPDATE {DUE} SET extension_count = 0, due_on = original_due_on,"
        f" late_after = original_due_on WHERE id = {{moved}}",
        ["occurrence_and_petition: occurrence {moved}: expected 1 extensions, found 0"],
    ),
    "open petition without its task": (
        f"UPDATE {TASK} SET status = 'DONE', finished = '{{now}}' WHERE id = {{asked}}",
        [
            "petition_and_task: petition {petition}: expected a task “decide”, found none",
            "process_and_task: process {asked_process}: expected 1 open task, found 0 open tasks",
        ],
    ),
    "task of a petition that is decided": (
        "UPDATE compliance_petition SET status = 'withdrawn', decided_at = '{now}', "
        "decided_by_id = {director} WHERE id = {petition}",
        ["petition_and_task: petition {petition}: expected no process, found one at “decide”"],
    ),
    "petition about a date that is closed": (
        f"UPDATE {DUE} SET status = 'cancelled', close_reason = 'Так', closed_at = '{{now}}' "
        "WHERE id = {asking}",
        [
            "occurrence_and_petition: petition {petition}: expected open, found cancelled",
            "occurrence_and_schedule: plan {plan}, assignment {asking_assignment}: "
            "expected due {asking_due}, found missing",
        ],
    ),
    "inspection to be held that is closed": (
        "UPDATE compliance_inspection SET status = 'cancelled', remark = 'Так', "
        "closed_at = '{now}', closed_by_id = {inspector} WHERE id = {inspection}",
        ["inspection_and_process: inspection {inspection}: expected 0 of them, "
         "found 1 running processes"],
    ),
    "inspection of another due date's report": (
        "UPDATE compliance_inspection SET occurrence_id = {done} WHERE id = {inspection}",
        ["inspection_and_occurrence: inspection {inspection}: expected what occurrence {done} "
         "says, found something else"],
    ),
    "task of somebody without the role": (
        f"UPDATE {TASK} SET owner_id = {{director}} WHERE id = {{lent}}",
        ["task_and_membership: task {lent}: expected an active coordinator, found director"],
    ),
    "task in the queue of a foreign organisation": (
        f"UPDATE {TASK} SET organisation_id = {{other}} WHERE id = {{waiting}}",
        ["task_and_queue: task {waiting}: expected inspector of {own}, "
         "found inspector of {other}"],
    ),
    "task in the queue of another role": (
        f"UPDATE {TASK} SET role = 'hr' WHERE id = {{waiting}}",
        ["task_and_queue: task {waiting}: expected inspector of {own}, found hr of {own}"],
    ),
    "task that is nobody's though taken": (
        f"UPDATE {TASK} SET status = 'ASSIGNED' WHERE id = {{waiting}}",
        ["task_and_owner: task {waiting}: expected somebody's, found owner None"],
    ),
    "task lent by who can no longer finish it": (
        "UPDATE compliance_membership SET ends_on = '2020-01-01' WHERE user_id = {coordinator}",
        ["task_and_giver: task {lent}: expected an active coordinator who asked, "
         "found coordinator"],
    ),
    "task lent to whoever lent it": (
        f"UPDATE {TASK} SET delegated_by_id = {{second}} WHERE id = {{lent}}",
        ["task_and_giver: task {lent}: expected another who prepares it, found second"],
    ),
    "organisation in another place of the tree than its path says": (
        "UPDATE compliance_organisation SET path = '/{other}/' WHERE id = {other}",
        ["organisation_and_path: organisation {other}: expected /{ministry}/{other}/, "
         "found /{other}/"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CUTS))
def test_a_cut_link_is_named_in_one_line(world, name):
    sql, lines = CUTS[name]
    facts = facts_of(world)
    expected = [line.format(**facts) for line in lines]
    assert list(differences()) == []
    with cut(sql, world):
        out = io.StringIO()
        with pytest.raises(CommandError):
            call_command("check_reconciliation", stdout=out)
        assert sorted(out.getvalue().splitlines()) == sorted(expected)
    assert list(differences()) == []


# What the database itself refuses needs no check.
REFUSED = {
    "two texts in force": (
        "INSERT INTO compliance_revision (plan_id, number, status, content_hash, reason,"
        " published_url, withdrawal_reason, created_at) "
        "VALUES ({plan}, 9, 'in_force', 'x', '', '', '', '{now}')"
    ),
    "accepted without a report": f"UPDATE {DUE} SET accepted_report_id = NULL WHERE id = {{done}}",
    "task without a process": f"UPDATE {TASK} SET process_id = NULL WHERE id = {{waiting}}",
    "due date without an assignment": f"UPDATE {DUE} SET assignment_id = NULL WHERE id = {{free}}",
    "two open tasks at a step": (
        f"INSERT INTO {TASK} (flow_task, flow_task_type, status, created, data, token, process_id,"
        " role, organisation_id, outcome, comment, note) "
        f"SELECT flow_task, flow_task_type, status, created, data, token, process_id,"
        f" role, organisation_id, outcome, comment, note FROM {TASK} WHERE id = {{waiting}}"
    ),
    "two open petitions about a date": (
        "UPDATE compliance_petition SET occurrence_id = {asking}, status = 'open',"
        " granted_due_on = NULL, decided_at = NULL, decided_by_id = NULL WHERE id = {granted}"
    ),
    "granted without a date": (
        "UPDATE compliance_petition SET granted_due_on = NULL WHERE id = {granted}"
    ),
    "substitution of oneself": (
        "INSERT INTO compliance_substitution (absent_id, substitute_id, starts_on, ends_on, reason,"
        " entered_at) VALUES ({director}, {director}, '2026-01-01', '2026-01-02', '', '{now}')"
    ),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_a_constraint_holds_cannot_be_cut(world, name):
    with pytest.raises(IntegrityError), cut(REFUSED[name], world):
        pass
    assert list(differences()) == []
