"""The pages about letters: one's own, the journal, one letter, "send again"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from compliance.models import AuditEvent, Membership, Substitution, User
from notifications.models import DeliveryAttempt, Message
from notifications.services.delivery import deliver_messages
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()


@pytest.fixture(autouse=True)
def _not_the_demo(settings: Any) -> None:
    settings.DEMO = False


@pytest.fixture
def administrator(house: House) -> User:
    return make.person("admin", "administrator", house.ministry)


@pytest.fixture
def refused(house: House, post_office: PostOffice) -> Message:
    """The executor's letter, which the server refused for good."""
    post_office.refusals["olga@example.org"] = "550 no such mailbox"
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)
    plan_reminders(NOW)
    deliver_messages(NOW)
    post_office.refusals.clear()
    return Message.objects.get()


def visit(client: Client, user: User, name: str, *args: int, query: str = "") -> tuple[int, str]:
    """Status and text of a page as the person gets it."""
    client.force_login(user)
    answer = client.get(reverse(name, args=args) + query)
    return answer.status_code, answer.content.decode()


def test_a_person_reads_what_was_written_to_them(
    client: Client, house: House, refused: Message
) -> None:
    assert "Обновить стенд" in visit(client, house.executor, "own-letters")[1]
    assert "Обновить стенд" not in visit(client, house.director, "own-letters")[1]
    assert visit(client, house.executor, "letter", refused.pk)[0] == 200


def test_an_empty_list_says_what_will_stand_there(client: Client, house: House) -> None:
    status, page = visit(client, house.director, "own-letters")
    assert status == 200
    assert 'class="empty"' in page


def test_the_journal_is_the_administrators(
    client: Client, house: House, administrator: User, refused: Message
) -> None:
    status, page = visit(client, administrator, "mail")
    assert status == 200
    assert house.executor.full_name in page
    for stranger in (house.executor, house.director, house.coordinator):
        assert visit(client, stranger, "mail")[0] == 403


def test_an_administrator_sees_only_their_own_branch(
    client: Client, house: House, refused: Message
) -> None:
    foreign = make.person("foreign", "administrator", make.ministry("Другое министерство"))
    status, page = visit(client, foreign, "mail")
    assert status == 200
    assert house.executor.full_name not in page
    for name in ("letter", "letter-html"):
        assert visit(client, foreign, name, refused.pk)[0] == 404
    assert client.post(reverse("letter-resend", args=[refused.pk])).status_code == 404


def test_in_the_demo_everybody_may_look_but_not_send(
    client: Client, house: House, refused: Message, settings: Any
) -> None:
    settings.DEMO = True
    assert visit(client, house.director, "mail")[0] == 200
    assert visit(client, house.director, "letter", refused.pk)[0] == 200
    assert client.post(reverse("letter-resend", args=[refused.pk])).status_code == 403
    assert Message.objects.get().state == "permanent"


def test_the_journal_is_filtered_by_state(
    client: Client, administrator: User, refused: Message, house: House
) -> None:
    assert (
        house.executor.full_name
        in visit(client, administrator, "mail", query="?state=permanent")[1]
    )
    accepted = visit(client, administrator, "mail", query="?state=accepted")[1]
    assert f">{house.executor.full_name}" not in accepted
    assert visit(client, administrator, "mail", query="?state=nonsense")[0] == 200


def test_the_administrator_sees_what_the_server_said(
    client: Client, administrator: User, house: House, refused: Message
) -> None:
    assert "no such mailbox" in visit(client, administrator, "letter", refused.pk)[1]
    assert "no such mailbox" not in visit(client, house.executor, "letter", refused.pk)[1]


def test_the_administrator_finds_the_letter_in_the_mail_servers_log(
    client: Client, administrator: User, house: House, refused: Message
) -> None:
    number = refused.message_id.strip("<>")
    assert f"20260316.{refused.pk}." in number
    assert number in visit(client, administrator, "letter", refused.pk)[1]
    assert number not in visit(client, house.executor, "letter", refused.pk)[1]


def test_the_html_of_a_letter_is_locked_up(
    client: Client, administrator: User, refused: Message
) -> None:
    client.force_login(administrator)
    answer = client.get(reverse("letter-html", args=[refused.pk]))
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert answer.content.decode() == refused.html


def test_a_dead_letter_is_sent_again(
    client: Client, administrator: User, refused: Message, post_office: PostOffice, settings: Any
) -> None:
    settings.SENDING_HOURS = (0, 24)
    client.force_login(administrator)
    address = reverse("letter-resend", args=[refused.pk])
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409

    refused.refresh_from_db()
    assert (refused.state, refused.resent_by) == ("waiting", administrator)
    assert refused.resent_at is not None
    assert deliver_messages(refused.resent_at)["accepted"] == 1
    assert post_office.addressees() == ["olga@example.org"]
    assert DeliveryAttempt.objects.count() == 2


def test_a_letter_sent_again_by_a_substitute_names_the_absent_administrator_too(
    client: Client, administrator: User, house: House, refused: Message
) -> None:
    zoya = make.person("zoya", "hr", house.ministry)
    day = timezone.localdate()
    Substitution.objects.create(
        absent=administrator, substitute=zoya, reason="Отпуск", entered_at=timezone.now(),
        starts_on=day, ends_on=day + timedelta(days=9),
    )  # fmt: skip
    client.force_login(zoya)
    assert client.post(reverse("letter-resend", args=[refused.pk])).status_code == 302
    refused.refresh_from_db()
    assert (refused.resent_by, refused.resent_for) == (zoya, administrator)
    page = visit(client, administrator, "letter", refused.pk)[1]
    assert f"{zoya} (от имени: {administrator}), " in page


def test_sending_again_is_on_record_where_the_addressee_works(
    client: Client, house: House, administrator: User, refused: Message
) -> None:
    assert refused.branch == f"/{house.ministry.pk}/{house.institution.pk}/"
    client.force_login(administrator)
    client.post(reverse("letter-resend", args=[refused.pk]))
    client.post(reverse("letter-resend", args=[refused.pk]))
    event = AuditEvent.objects.get(action="letter.resend")
    assert (event.actor, event.subject_id) == (administrator, house.executor.pk)
    assert event.organisation == house.institution
    assert event.after == {
        "letter": "16.03.2026, Срок сегодня: 1",
        "letter_id": refused.pk,
        "address": "ol…@example.org",
    }


def test_sending_again_to_somebody_who_has_moved_is_on_record_where_they_worked(
    client: Client, house: House, administrator: User, refused: Message
) -> None:
    far = make.ministry("Другое министерство")
    house.executor.memberships.update(ends_on=make.MONDAY)
    Membership.objects.create(user=house.executor, organisation=far, role="executor")
    client.force_login(administrator)
    client.post(reverse("letter-resend", args=[refused.pk]))
    assert AuditEvent.objects.get(action="letter.resend").organisation == house.institution


def test_sending_again_is_not_done_by_looking(
    client: Client, administrator: User, refused: Message
) -> None:
    assert visit(client, administrator, "letter-resend", refused.pk)[0] == 302


def test_visitors_are_asked_to_log_in(client: Client, refused: Message) -> None:
    for name, args in (
        ("messages", []),
        ("own-letters", []),
        ("mail", []),
        ("letter", [1]),
        ("letter-html", [1]),
    ):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 302
        assert reverse("account_login") in answer.headers["Location"]


@pytest.mark.parametrize("name", ["mail", "own-letters"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    client: Client,
    house: House,
    administrator: User,
    name: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def letters(first: int, last: int) -> None:
        for number in range(first, last):
            at = make.moment(make.working_day(-number))
            words = {"subject": "Срок", "text": "Текст", "html": "<p>Текст</p>"}
            make.letter(administrator, at, **words)

    letters(0, 2)
    client.force_login(administrator)
    with django_assert_max_num_queries(50) as few:
        client.get(reverse(name))
    letters(2, 24)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(name))
