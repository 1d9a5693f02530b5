"""Several senders at once: each letter leaves once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from notifications.models import DeliveryAttempt
from notifications.services.delivery import deliver_messages
from tests.notifications import factories as make
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_several_senders_send_each_letter_once(post_office: PostOffice) -> None:
    place = make.institution(make.ministry())
    plan = make.plan(place)
    for number in range(60):
        worker = make.person(f"worker{number}", "executor", place)
        make.due(make.assignment(plan, worker), make.MONDAY)
    plan_reminders(NOW)
    results: list[dict[str, int]] = []
    start = threading.Barrier(3)

    def send() -> None:
        start.wait()
        try:
            results.append(deliver_messages(NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(result["accepted"] for result in results) == 60
    assert sorted(post_office.addressees()) == sorted(
        f"worker{number}@example.org" for number in range(60)
    )
    assert DeliveryAttempt.objects.count() == 60
