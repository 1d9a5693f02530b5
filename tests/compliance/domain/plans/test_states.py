"""The transition table itself. No database."""

from compliance.domain.plans.states import BY_NAME, TRANSITIONS, PlanState, lawful, leaving


def test_every_state_can_be_reached_and_left():
    assert {row.target for row in TRANSITIONS} == set(PlanState)
    assert all(leaving(state) for state in PlanState)


def test_the_main_way_is_the_one_of_the_contract():
    way = [PlanState.DRAFT]
    for name in ("agree", "approve", "publish", "start", "accept_report"):
        assert way[-1] in BY_NAME[name].sources
        way.append(BY_NAME[name].target)
    assert [str(state) for state in way] == [
        "draft", "agreed", "approved", "published", "executing", "reported",
    ]  # fmt: skip


def test_only_execution_may_begin_without_a_person():
    assert {row.name for row in TRANSITIONS if "system" in row.parties} == {"start", "adopt"}


def test_the_decorator_gets_the_table():
    assert lawful("reopen") == {"source": ["reported"], "target": "executing"}
