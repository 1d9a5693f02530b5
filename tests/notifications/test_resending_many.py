"""After an outage all letters that a filter finds are sent again, by who administers the places."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from compliance.models import AuditEvent, Membership, Substitution, User
from compliance.services.acts import Act
from compliance.services.people.letters import MayArrive, resend_letters
from notifications.models import Message
from notifications.services.delivery import deliver_messages
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
OUTAGE = date(2026, 3, 12)


@pytest.fixture
def administrator(house: House) -> User:
    return make.person("anna", "administrator", house.ministry)


def ended(addressee: User, state: str, day: date = OUTAGE, branch: str = "/") -> Message:
    """A letter that left on the day and ended so; its words are known."""
    reason = {"unknown": "connection_lost", "permanent": "refused"}.get(state, "")
    at = make.moment(day)
    return make.letter(
        addressee, at, state=state, reason=reason, day=day, finished_at=at, sending_since=at,
        address=addressee.email, message_id=f"<{uuid4()}@example.org>", subject="Сроки",
        text="Сроки", branch=branch,
    )  # fmt: skip


@pytest.fixture
def outage(house: House, administrator: User) -> House:
    """Three letters of the outage, one of a day before, one that arrived, one of elsewhere."""
    branch = house.institution.path
    ended(house.executor, "unknown", branch=branch)
    ended(house.director, "unknown", branch=branch)
    ended(house.coordinator, "permanent", branch=house.ministry.path)
    ended(house.executor, "unknown", OUTAGE - timedelta(days=1), branch)
    ended(house.executor, "accepted", OUTAGE + timedelta(days=1), branch)
    elsewhere = make.ministry("Другое министерство")
    ended(make.person("olesya", "coordinator", elsewhere), "unknown", branch=elsewhere.path)
    return house


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def waiting() -> list[tuple[str, date]]:
    """(addressee, day) of the letters that wait."""
    rows = Message.objects.filter(state="waiting").order_by("day", "addressee__username")
    return list(rows.values_list("addressee__username", "day"))


def test_the_page_counts_what_may_have_arrived_and_changes_nothing(outage, administrator):
    page = signed_in(administrator).get("/mail/resend/?first=2026-03-12&last=2026-03-12")
    words = page.content.decode()
    assert "<b>3</b> письма" in words and "<b>2</b> из них могли дойти" in words
    assert waiting() == []


def test_the_journal_leads_there_with_its_filter(outage, administrator):
    page = signed_in(administrator).get("/mail/?state=unknown&first=2026-03-12")
    words = page.content.decode()
    assert "/mail/resend/?state=unknown&amp;first=2026-03-12" in words
    assert "Отправить их ещё раз</a>" in words


def test_all_that_the_filter_finds_are_sent_again(outage, administrator):
    address = "/mail/resend/?first=2026-03-12&last=2026-03-12"
    answer = signed_in(administrator).post(address, {"shown": ["3", "2"]}, follow=True)
    assert "3 письма уйдут ещё раз" in answer.content.decode()
    assert waiting() == [("denis", OUTAGE), ("karina", OUTAGE), ("olga", OUTAGE)]
    assert set(Message.objects.filter(state="waiting").values_list("resent_by", "resent_for")) == {
        (administrator.pk, None)
    }
    event = AuditEvent.objects.get(action="letter.resend_many")
    assert event.organisation == outage.ministry
    assert event.after == {"letters": 3, "may_have_arrived": 2}


@pytest.mark.parametrize("shown", [["2", "2"], ["3", "1"], [], ["много"], ["9" * 5000]])
def test_other_letters_than_were_shown_are_shown_once_more(outage, administrator, shown):
    address = "/mail/resend/?first=2026-03-12&last=2026-03-12"
    answer = signed_in(administrator).post(address, {"shown": shown})
    assert answer.status_code == 409
    assert "стало другое число" in answer.content.decode()
    assert waiting() == [] and not AuditEvent.objects.exists()


def test_a_second_press_sends_nothing(outage, administrator):
    client = signed_in(administrator)
    address = "/mail/resend/?first=2026-03-12&last=2026-03-12"
    client.post(address, {"shown": ["3", "2"]})
    assert client.post(address, {"shown": ["3", "2"]}).status_code == 409
    assert AuditEvent.objects.filter(action="letter.resend_many").count() == 1


def test_without_a_filter_all_of_ones_own_and_nobody_elses(outage, administrator):
    signed_in(administrator).post("/mail/resend/", {"shown": ["4", "3"]})
    assert [name for name, _day in waiting()] == ["olga", "denis", "karina", "olga"]


def test_a_filter_with_an_error_finds_nothing(outage, administrator):
    page = signed_in(administrator).get("/mail/resend/?first=2026-03-12&last=2026-03-01")
    assert "Отправлять ещё раз нечего" in page.content.decode()


def test_a_substitute_does_it_in_the_name_of_the_administrator(outage, administrator):
    substitute = make.person("oleg", "coordinator", outage.ministry)
    Substitution.objects.create(
        absent=administrator, substitute=substitute, entered_at=NOW,
        starts_on=date(2020, 1, 1), ends_on=date(2099, 1, 1),
    )  # fmt: skip
    act = Act(user=substitute, at=NOW)
    letters = Message.objects.filter(day=OUTAGE)
    assert resend_letters(letters, MayArrive(3, 2), act=act) == 3
    assert {row.resent_for for row in Message.objects.filter(state="waiting")} == {administrator}
    assert AuditEvent.objects.get().on_behalf_of == administrator


def test_a_letter_without_words_of_somebody_in_two_regions_stops_no_substitute(
    outage, administrator
):
    """Nobody administers both places alone; whoever stands in for the other does not either."""
    elsewhere = Message.objects.get(addressee__username="olesya").addressee.memberships.get()
    other = make.person("boris", "administrator", elsewhere.organisation)
    place = elsewhere.organisation
    Membership.objects.create(user=administrator, organisation=place, role="executor")
    Substitution.objects.create(
        absent=other, substitute=administrator, entered_at=NOW,
        starts_on=date(2020, 1, 1), ends_on=date(2099, 1, 1),
    )  # fmt: skip
    both = make.person("oleg", "executor", outage.institution)
    Membership.objects.create(user=both, organisation=place, role="executor")
    ended(both, "permanent")
    Message.objects.filter(addressee=both).update(branch="")
    client, address = signed_in(administrator), "/mail/resend/?first=2026-03-12&last=2026-03-12"
    words = client.get(address).content.decode()
    shown = re.findall(r'name="shown" value="(\d+)"', words)
    assert client.post(address, {"shown": shown}).status_code == 302
    assert [name for name, _day in waiting()] == ["denis", "karina", "olesya", "olga"]


def test_an_administrator_of_two_regions_leaves_an_event_in_each(outage, administrator):
    other = Message.objects.get(addressee__username="olesya").addressee
    elsewhere = other.memberships.get().organisation
    Membership.objects.create(user=administrator, organisation=elsewhere, role="administrator")
    act = Act(user=administrator, at=NOW)
    assert resend_letters(Message.objects.filter(day=OUTAGE), MayArrive(4, 3), act=act) == 4
    events = AuditEvent.objects.select_related("organisation")
    assert {one.organisation.name: one.after["letters"] for one in events} == {
        "Министерство": 3,
        "Другое министерство": 1,
    }


def test_their_reminders_are_looked_at_once_more(
    house: House, administrator: User, post_office: PostOffice
):
    """What was reported while nobody knew is left out; the rest arrives."""
    done, still = make.due_each(house.plan, house.executor, make.MONDAY, 2)
    plan_reminders(NOW)
    post_office.hangs_up = True
    deliver_messages(NOW)
    post_office.hangs_up = False
    assert Message.objects.get().state == "unknown"
    type(done).objects.filter(pk=done.pk).update(status="submitted")
    act = Act(user=administrator, at=NOW + timedelta(hours=1))
    resend_letters(Message.objects.all(), MayArrive(1, 1), act=act)
    deliver_messages(NOW + timedelta(hours=1))
    letter = Message.objects.get()
    assert letter.state == "accepted"
    assert dict(letter.reminders.values_list("subject_id", "state")) == {
        done.pk: "skipped",
        still.pk: "accepted",
    }
