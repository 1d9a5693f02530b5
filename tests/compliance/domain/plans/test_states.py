"""The transition table, written out a second time. No database."""

from compliance.domain.plans.states import BY_NAME, TRANSITIONS, lawful, leaving

WRITTEN_OUT = [
    # name, from, to, parties, guards in their order
    (
        "agree", ["draft"], "agreed", ["agrees"],
        ["has_measures", "measures_complete", "deadlines_confirmed", "no_open_remark"],
    ),
    ("approve", ["agreed"], "approved", ["approves"], ["no_open_remark", "basis_given"]),
    (
        "return_to_draft", ["agreed", "approved"], "draft", ["approves", "publishes"],
        ["comment_given"],
    ),
    ("publish", ["approved"], "published", ["publishes"], ["address_given"]),
    ("start", ["published"], "executing", ["coordinates", "system"], ["occurrences_exist"]),
    ("adopt", ["draft"], "executing", ["coordinates", "system"], ["has_measures"]),
    ("accept_report", ["executing"], "reported", ["accepts"], ["occurrences_settled"]),
    ("reopen", ["reported"], "executing", ["accepts"], ["comment_given"]),
]  # fmt: skip


def test_each_transition_is_the_one_of_the_contract():
    found = [
        (row.name, list(row.sources), row.target, list(row.parties), list(row.guards))
        for row in TRANSITIONS
    ]
    assert found == WRITTEN_OUT
    assert list(BY_NAME) == [row[0] for row in WRITTEN_OUT]


def test_what_leads_out_of_each_state():
    assert {state: [row.name for row in leaving(state)] for state in (
        "draft", "agreed", "approved", "published", "executing", "reported",
    )} == {
        "draft": ["agree", "adopt"],
        "agreed": ["approve", "return_to_draft"],
        "approved": ["return_to_draft", "publish"],
        "published": ["start"],
        "executing": ["accept_report"],
        "reported": ["reopen"],
    }  # fmt: skip


def test_the_decorator_gets_the_table():
    assert lawful("reopen") == {"source": ["reported"], "target": "executing"}
    assert lawful("return_to_draft") == {"source": ["agreed", "approved"], "target": "draft"}
