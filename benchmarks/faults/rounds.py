"""Rounds of races: several people do the same step at once; only so many of them may win.

A round is one line in `ROUNDS`: a function that prepares a matter and gives the calls, and what may
come of them. The tests run a few rounds, the program many.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Decision, Revision, Vote
from compliance.services.approval.votes import cast_vote
from compliance.services.plans.routes import at_turn
from tests.building import factories as make
from tests.building.parties import AGREES, APPROVES, minutes, set_type, step
from tests.building.scenes import Scene, executing, sent
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.tasks import engine
from workflows.services.tasks.handover import Handover, hand_over

THREADS = 8
Call = Callable[[], object]


@dataclass
class People:
    """One region for all rounds, with as many of each role as there are threads."""

    region: make.Region
    coordinators: list
    members: list

    @classmethod
    def made(cls) -> People:
        """The region; its council decides on regional plans by half of its members."""
        region = make.region()
        more = range(2, THREADS + 1)
        coordinators = [make.member(region.ministry, "coordinator", f"c{n}") for n in more]
        members = [make.member(region.council, "council", f"m{n}") for n in more]
        set_type(region, step(AGREES, "head"), step(APPROVES, "council", is_vote=True),
                 code="regional")  # fmt: skip
        return cls(region, [region.coordinator, *coordinators], [region.councillor, *members])


@dataclass
class Race:
    """What is done at once, and what must hold afterwards."""

    scene: Scene
    calls: list[Call]
    winners: int | None = 1  # None: as many as may, judged by `holds`
    holds: Callable[[Counter[str]], bool] = lambda found: True
    tasks: int = 1  # that must be open for the plan afterwards


@dataclass
class Score:
    """What came of many rounds."""

    rounds: int = 0
    won: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def at_once(calls: list[Call]) -> Counter[str]:
    """How often the calls came to "won", or to each code of refusal; other errors are raised."""
    start, found, errors = threading.Barrier(len(calls)), [], []

    def run(call: Call) -> None:
        try:
            start.wait()
            call()
            found.append("won")
        except Refusal as refusal:
            found.append(refusal.code if isinstance(refusal, Conflict) else f"({refusal.code})")
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Counter(found)


def take(people: People, number: int) -> Race:
    """Everybody takes the same task."""
    scene = sent(people.region, title=f"План {number}")
    task, acts = scene.task.pk, [make.act(person) for person in people.coordinators]
    return Race(scene, [lambda act=act: engine.take(task, act=act) for act in acts])


def complete(people: People, number: int) -> Race:
    """Everybody agrees the same plan."""
    scene = sent(people.region, title=f"План {number}")
    task, acts = scene.task.pk, [make.act(person) for person in people.coordinators]
    return Race(scene, [lambda act=act: engine.complete(task, "agree", act=act) for act in acts])


def agree_or_return(people: People, number: int) -> Race:
    """Half of them agree a plan, half return it."""
    scene = sent(people.region, title=f"План {number}")
    task, back = scene.task.pk, Grounds(comment="Уточнить")
    acts = [make.act(person) for person in people.coordinators]
    outcomes = [("agree", None), ("return", back)] * (THREADS // 2)
    return Race(
        scene,
        [
            lambda act=act, outcome=outcome, grounds=grounds: engine.complete(
                task, outcome, act=act, grounds=grounds
            )
            for act, (outcome, grounds) in zip(acts, outcomes, strict=True)
        ],
    )


def vote(people: People, number: int) -> Race:
    """The council votes while two of its members write the decision down."""
    region = people.region
    scene = sent(region, title=f"План {number}", type_code="regional", organisation=region.ministry)
    engine.complete(scene.task.pk, "agree", act=make.act(region.head))
    revision = Revision.objects.get(plan=scene.plan)
    party, task = at_turn(revision).pk, scene.task.pk
    acts = [make.act(person) for person in people.members]
    for act in acts[:3]:
        cast_vote(party, "for", act=act)
    calls: list[Call] = [
        lambda act=act: cast_vote(party, "for", act=act) for act in [*acts[3:], acts[3]]
    ]
    calls += [
        lambda act=act: engine.complete(task, "approve", act=act, grounds=minutes())
        for act in acts[:2]
    ]

    def holds(found: Counter[str]) -> bool:
        votes = list(Vote.objects.filter(party=party).values_list("member", flat=True))
        approved = Decision.objects.filter(revision=revision, kind=APPROVES).count()
        enough = len(votes) >= THREADS // 2
        once = len(votes) == len(set(votes))
        added_up = found["won"] == len(votes) - 3 + approved
        return once and added_up and approved <= 1 and (enough or not approved)

    return Race(scene, calls, winners=None, holds=holds)


def revise(people: People, number: int) -> Race:
    """Its director opens a revision of one plan on eight screens at once."""
    scene = executing(people.region, title=f"План {number}")
    acts = [make.act(people.region.director) for _ in range(THREADS)]
    return Race(
        scene,
        [
            lambda act=act: revise_plan(scene.plan.pk, reason="Новые средства", act=act)
            for act in acts
        ],
        holds=lambda found: scene.plan.revisions.open().count() == 1,
        tasks=0,
    )


def leave(people: People, number: int) -> Race:
    """A leaver's task is handed over to eight different people at once."""
    scene = sent(people.region, title=f"План {number}")
    leaver = make.member(people.region.ministry, "coordinator", f"leaver{number}")
    engine.take(scene.task.pk, act=make.act(leaver))
    today = timezone.localdate()
    acts = [make.act(people.region.administrator) for _ in range(THREADS)]
    return Race(
        scene,
        [
            lambda act=act, heir=heir: hand_over(
                Handover(leaver, today, tasks_to=heir, switch_off=True), act=act
            )
            for act, heir in zip(acts, people.coordinators, strict=True)
        ],
        holds=lambda found: scene.task.owner in people.coordinators,
    )


ROUNDS: dict[str, Callable[[People, int], Race]] = {
    "take": take,
    "complete": complete,
    "agree or return": agree_or_return,
    "vote and decide": vote,
    "revise": revise,
    "hand over": leave,
}


def run(count: int, people: People) -> dict[str, Score]:
    """The score of each kind of race after so many rounds in all, one kind after the other."""
    scores = {name: Score() for name in ROUNDS}
    for number in range(count):
        name = list(ROUNDS)[number % len(ROUNDS)]
        race, score = ROUNDS[name](people, number), scores[name]
        found = at_once(race.calls)
        score.rounds += 1
        score.won += found["won"]
        score.lost += Counter({code: times for code, times in found.items() if code != "won"})
        judge(race, found, number, score)
    return scores


def judge(race: Race, found: Counter[str], number: int, score: Score) -> None:
    """Note in the score what ended wrongly."""
    if race.winners is not None and found["won"] != race.winners:
        score.wrong.append(f"round {number}: {dict(found)}")
    if not race.holds(found):
        score.wrong.append(f"round {number}: does not hold, {dict(found)}")
    waiting = Task.objects.open().of_plan_itself(race.scene.plan).count()
    if waiting != race.tasks:
        score.wrong.append(f"round {number}: {waiting} open tasks instead of {race.tasks}")
