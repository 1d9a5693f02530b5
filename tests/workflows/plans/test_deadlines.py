"""Deadlines on the page: the preview while typing, settling one by one and many at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import reader as domain
from compliance.domain.deadlines.parts import Note
from compliance.domain.refusals import Refusal
from compliance.models import AuditEvent, MeasureVersion, Plan
from compliance.services.execution.deadlines import confirm_deadline
from compliance.wording import deadlines
from tests.building import factories as make
from workflows.services.plans.sending import send_for_agreement

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def region() -> make.Region:
    return make.region()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def draft(region: make.Region, *phrases: str) -> Plan:
    rows = [
        make.measure(deadline_text=words, number=f"1.{place}")
        for place, words in enumerate(phrases, start=1)
    ]
    return make.plan(region, *rows, period=YEAR)


def versions(plan: Plan) -> list[MeasureVersion]:
    return list(MeasureVersion.objects.filter(revision__plan=plan).order_by("number"))


def said(answer) -> str:
    """The words of a page without tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- The preview --------------------------------------------------------------------------------


def preview(client: Client, plan: Plan, text: str, **headers) -> str:
    address = reverse("deadline-preview")
    answer = client.get(address, {"plan": plan.pk, "text": text}, headers=headers)
    assert answer.status_code == 200
    return said(answer)


def test_the_preview_lists_dates_with_weekday_and_shift(region):
    words = preview(signed_in(region.director), draft(region, "Ежеквартально"), "май 2026 г.")
    assert "29.05.2026 , пятница" in words and "31.05.2026" in words and "воскресенье" in words


def test_what_is_assumed_asks_for_confirmation(region):
    client, plan = signed_in(region.director), draft(region, "Ежеквартально")
    block = {"hx-request": "true"}
    assumed = client.get(
        reverse("deadline-preview"), {"plan": plan.pk, "text": "до 1 июля"}, headers=block
    ).content.decode()
    exact = client.get(
        reverse("deadline-preview"), {"plan": plan.pk, "text": "до 01.07.2026"}, headers=block
    ).content.decode()
    assert 'name="confirmed"' in assumed and "2026" in assumed and "<html" not in assumed
    assert 'name="confirmed"' not in exact


@pytest.mark.parametrize("text", ["", "что-нибудь такое", "<script>alert(1)</script>", "я" * 5000])
def test_any_words_are_answered(region, text):
    words = preview(signed_in(region.director), draft(region, "Ежеквартально"), text)
    assert "<script>" not in words


@pytest.mark.parametrize("plan", ["", "нет", "999999", "9" * 30])
def test_a_plan_that_is_not_there_is_not_found(region, plan):
    answer = signed_in(region.director).get(
        reverse("deadline-preview"), {"plan": plan, "text": "постоянно"}
    )
    assert answer.status_code == 404


def form_data(**given) -> dict[str, str]:
    data = {
        "number": "1.1", "text": "Обновить стенд", "proof": "photo", "responsible": "ГБУ",
        "deadline_text": "до 1 июля",
    }  # fmt: skip
    return data | given


def test_without_javascript_a_button_shows_it_and_keeps_what_was_typed(region):
    plan = draft(region, "Ежеквартально")
    version = versions(plan)[0]
    answer = signed_in(region.director).post(
        reverse("measure", args=[version.pk]), {"show": "1", **form_data(text="", finding="Пыль")}
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "01.07.2026" in page and "Пыль" in page
    assert "errorlist" not in page
    assert versions(plan)[0].deadline_text == "Ежеквартально", "nothing was stored"


@pytest.mark.parametrize(("ticked", "is_confirmed"), [("до 1 июля", True), ("до 1 мая", False)])
def test_ticking_confirms_the_words_that_were_shown_and_no_others(region, ticked, is_confirmed):
    plan = draft(region, "Ежеквартально")
    party = str(region.own.pk)
    signed_in(region.director).post(
        reverse("measure", args=[versions(plan)[0].pk]), form_data(confirmed=ticked, party=party)
    )
    version = versions(plan)[0]
    assert version.deadline_text == "до 1 июля"
    assert (version.deadline_confirmed_by == region.director) is is_confirmed


def test_what_was_not_understood_is_not_confirmed_by_a_tick(region):
    plan = draft(region, "Ежеквартально")
    words = "когда-нибудь потом"
    signed_in(region.director).post(
        reverse("measure", args=[versions(plan)[0].pk]),
        form_data(deadline_text=words, confirmed=words, party=str(region.own.pk)),
    )
    assert versions(plan)[0].deadline_confirmed_at is None


# --- Words --------------------------------------------------------------------------------------


def codes_of_the_domain() -> set[str]:
    """Every note code that the reader can give, as its source has them."""
    folder = Path(domain.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    pattern = r'(?:Note|note|assume|ContradictionError)\(\s*"([a-z_]+)"'
    return set(re.findall(pattern, source))


def test_every_note_has_its_words():
    assert codes_of_the_domain() == set(deadlines.NOTES)


@pytest.mark.parametrize("code", sorted(deadlines.NOTES))
def test_a_note_is_a_sentence(code):
    words = deadlines.note_words(Note(code, text="кв", year=2026, on=date(2026, 7, 1)))
    assert words and words != code and "%" not in words


# --- Settling -----------------------------------------------------------------------------------


@time_machine.travel(datetime(2026, 7, 15, 21, 30, tzinfo=UTC))
def test_the_page_shows_what_waits_and_confirming_names_who_and_when(region):
    plan = draft(region, "до 1 июля", "Ежеквартально")
    client = signed_in(region.director)
    waiting, plain = versions(plan)
    page = said(client.get(reverse("plan-deadlines", args=[plan.pk])))
    assert "до 1 июля" in page and "Ежеквартально" not in page
    client.post(reverse("deadline-confirm", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.deadline_confirmed_by == region.director and waiting.deadline_confirmed_at
    assert plain.deadline_confirmed_by is None
    shown = said(client.get(plan.get_absolute_url()))
    assert f"{region.director}, 16.07.2026" in shown, "the day in Moscow"
    event = AuditEvent.objects.get(action="deadline.confirm")
    assert event.actor == region.director


def test_many_are_confirmed_by_one_button_each_with_its_result(region):
    plan = draft(region, "до 1 июля", "когда-нибудь", "до 1 мая")
    first, unread, other = versions(plan)
    answer = signed_in(region.coordinator).post(
        reverse("plan-deadlines-confirm", args=[plan.pk]),
        {"version": [first.pk, unread.pk, "нет", 999999]},
    )
    page = said(answer)
    assert answer.status_code == 200
    results = [row["words"] for row in answer.context["answers"]]
    assert results[0] == "" and results[1] and len(results) == 2 and results[1] in page
    confirmed = [row.deadline_confirmed_at is not None for row in versions(plan)]
    assert confirmed == [True, False, False], other.number


def test_another_plans_deadlines_are_not_confirmed_from_this_page(region):
    plan, alien = draft(region, "до 1 июля"), draft(region, "до 1 июля")
    signed_in(region.director).post(
        reverse("plan-deadlines-confirm", args=[plan.pk]), {"version": versions(alien)[0].pk}
    )
    assert versions(alien)[0].deadline_confirmed_at is None


@pytest.mark.parametrize("dates", ["15.03.2027", "15.03.2026, 31.12.2025", "завтра", "31.02.2026"])
def test_dates_that_cannot_be_are_refused_beside_the_field_and_kept(region, dates):
    plan = draft(region, "В установленные сроки")
    version = versions(plan)[0]
    prefix = version.pk
    answer = signed_in(region.director).post(
        reverse("deadline-confirm", args=[version.pk]), {f"{prefix}-dates": dates}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and f'value="{dates}"' in page
    assert versions(plan)[0].deadline_confirmed_at is None


@pytest.mark.parametrize(
    ("words", "given", "code"),
    [
        ("В установленные сроки", {"dates": [date(2027, 3, 15)]}, "dates_outside_period"),
        ("когда-нибудь", {}, "dates_needed"),
        ("постоянно", {"anchor": date(2026, 3, 15)}, "anchor_not_asked"),
        (
            "в течение 5 дней со дня получения",
            {"anchor": date(2026, 3, 15), "dates": [date(2026, 3, 15)]},
            "dates_or_anchor",
        ),
    ],
)
def test_what_a_person_may_not_say_of_a_deadline(region, words, given, code):
    plan = draft(region, words)
    with pytest.raises(Refusal, match=code):
        confirm_deadline(versions(plan)[0], act=make.act(region.director), **given)


@pytest.mark.parametrize(
    "words", ["В установленные сроки", "по мере необходимости", "когда-нибудь", "до 1 июля"]
)
def test_a_person_can_give_dates_where_the_words_give_none_or_are_unsure(region, words):
    plan = draft(region, words)
    version = versions(plan)[0]
    client = signed_in(region.director)
    assert words in said(client.get(reverse("plan-deadlines", args=[plan.pk])))
    client.post(
        reverse("deadline-confirm", args=[version.pk]),
        {f"{version.pk}-dates": "15.09.2026; 2026-03-15"},
    )
    version.refresh_from_db()
    assert version.deadline_dates == ["2026-03-15", "2026-09-15"]
    assert "15.03.2026, 15.09.2026" in said(client.get(plan.get_absolute_url()))


def test_the_day_of_the_event_is_asked_for_only_where_one_is_awaited(region):
    plan = draft(region, "в течение 5 рабочих дней со дня получения", "до 1 июля")
    relative, assumed = versions(plan)
    client = signed_in(region.director)
    page = client.get(reverse("plan-deadlines", args=[plan.pk])).content.decode()
    assert f'name="{relative.pk}-anchor"' in page and f'name="{assumed.pk}-anchor"' not in page
    client.post(
        reverse("deadline-confirm", args=[relative.pk]), {f"{relative.pk}-anchor": "2026-04-20"}
    )
    relative.refresh_from_db()
    assert relative.deadline_anchor == date(2026, 4, 20)
    assert "27.04.2026" in said(client.get(reverse("plan-deadlines", args=[plan.pk])))


def test_changed_words_forget_what_was_said_of_the_old_ones(region):
    plan = draft(region, "В установленные сроки")
    version = versions(plan)[0]
    confirm_deadline(version, act=make.act(region.director), dates=[date(2026, 3, 15)])
    signed_in(region.director).post(
        reverse("measure", args=[version.pk]), form_data(party=str(region.own.pk))
    )
    version.refresh_from_db()
    assert version.deadline_dates == [] and version.deadline_confirmed_at is None


def test_a_plan_is_not_sent_while_a_deadline_waits(region):
    plan = draft(region, "до 1 июля")
    with pytest.raises(Refusal, match="'deadlines_confirmed'"):
        send_for_agreement(plan.pk, act=make.act(region.director))
    confirm_deadline(versions(plan)[0], act=make.act(region.director))
    send_for_agreement(plan.pk, act=make.act(region.director), knows_passed=True)


def test_the_pages_ask_a_constant_number_of_questions(region, django_assert_max_num_queries):
    plan = draft(region, *["до 1 июля"] * 30)
    client = signed_in(region.director)
    with django_assert_max_num_queries(20):
        client.get(reverse("plan-deadlines", args=[plan.pk]))
