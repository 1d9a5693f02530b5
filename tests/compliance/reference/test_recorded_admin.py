"""What administrators change in the administration goes on record, all of it and nothing more."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from compliance.models import AuditEvent, IncentiveScheme, Membership, Organisation, User
from compliance.services.audit.trail import broken_chains
from compliance.services.incentives.sheets import default_scheme
from compliance.services.reference import records
from compliance.wording.event_names import ACTIONS
from compliance.wording.events import FIELDS
from tests.building import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def browser(region) -> Client:
    root = make.user("root", is_staff=True, is_superuser=True)
    Membership.objects.create(user=root, organisation=region.ministry, role="administrator")
    client = Client()
    client.force_login(root)
    return client


def form_of(browser: Client, name: str, *args) -> dict[str, str]:
    """What a browser would send back unchanged."""
    page = browser.get(reverse(name, args=args))
    form = page.context["adminform"].form
    fields = {bound.html_name: bound.value() for bound in form}
    for inline in page.context["inline_admin_formsets"]:
        for bound in [*inline.formset.management_form]:
            fields[bound.html_name] = bound.value()
        for row in inline.formset.forms:
            fields |= {bound.html_name: bound.value() for bound in row}
    return {key: value for key, value in fields.items() if value is not None and value is not False}


def send(browser: Client, page: str, *args, **changes) -> None:
    given = form_of(browser, page, *args) | changes
    answer = browser.post(reverse(page, args=args), {k: v for k, v in given.items() if v != ""})
    assert answer.status_code == 302, answer.context["errors"]


def test_a_changed_organisation_says_what_it_was(browser, region):
    send(browser, "admin:compliance_organisation_change", region.own.pk, municipality="г. Пример")
    event = AuditEvent.objects.get(action="organisation.change")
    assert event.organisation == region.own and event.actor.username == "root"
    assert (event.before["municipality"], event.after["municipality"]) == ("", "г. Пример")


def test_an_organisation_saved_unchanged_leaves_no_event(browser, region):
    send(browser, "admin:compliance_organisation_change", region.own.pk)
    assert not AuditEvent.objects.filter(action="organisation.change").exists()


def test_a_new_organisation_begins_its_own_chain(browser, region):
    given = {"name": "ГБУ «Новое»", "kind": "institution", "parent": region.ministry.pk}
    send(browser, "admin:compliance_organisation_add", **given)
    new = Organisation.objects.get(name="ГБУ «Новое»")
    event = AuditEvent.objects.get(action="organisation.add")
    assert event.organisation == new and event.sequence == 1 and event.before == {}


def test_an_organisation_is_closed_and_not_deleted(browser, region):
    url = reverse("admin:compliance_organisation_delete", args=[region.other.pk])
    assert browser.post(url, {"post": "yes"}).status_code == 403


def test_roles_given_and_ended_stand_in_the_organisations_chain(browser, region):
    page = "admin:compliance_user_change"
    new = {
        "memberships-1-organisation": region.own.pk,
        "memberships-1-role": "director",
        "memberships-1-user": region.executor.pk,
        "memberships-TOTAL_FORMS": "2",
    }
    send(browser, page, region.executor.pk, **new)
    event = AuditEvent.objects.get(action="membership.add")
    assert event.organisation == region.own
    assert event.after["role"] == "director" and event.after["user"] == "Ольга Исполнителева"
    send(browser, page, region.executor.pk, **{"memberships-0-ends_on": "2026-01-31"})
    event = AuditEvent.objects.get(action="membership.change")
    assert (event.before["ends_on"], event.after["ends_on"]) == (None, "2026-01-31")


def test_a_deactivated_person_and_a_new_address_are_on_record_without_the_address(browser, region):
    send(
        browser,
        "admin:compliance_user_change",
        region.executor.pk,
        is_active="",
        email="someone.else@private.example",
    )
    event = AuditEvent.objects.get(action="person.change")
    assert event.organisation == region.own
    assert (event.before["is_active"], event.after["is_active"]) == (True, False)
    assert event.after["email"] == "s…@private.example"
    assert "someone.else" not in str(event.before | event.after)


def test_a_password_set_by_an_administrator_is_on_record_without_the_password(browser, region):
    url = reverse("admin:auth_user_password_change", args=[region.executor.pk])
    new = "совсем-новое-слово-31"
    given = {"password1": new, "password2": new, "usable_password": "true"}
    assert browser.post(url, given).status_code == 302
    event = AuditEvent.objects.get(action="person.password")
    assert (event.before, event.after, event.subject_id) == ({}, {}, region.executor.pk)


def test_bands_of_a_scheme_are_on_record(browser, region):
    scheme = default_scheme(region.ministry, valid_from="2026-01-01")
    send(browser, "admin:compliance_incentivescheme_change", scheme.pk, title="Новая шкала")
    event = AuditEvent.objects.get(action="incentive_scheme.change")
    assert event.after["title"] == "Новая шкала" and event.organisation == region.ministry
    assert event.before["bands"] == event.after["bands"] != []


def test_a_scheme_deleted_is_still_known_by_its_event(browser, region):
    scheme = default_scheme(region.ministry, valid_from="2026-01-01")
    url = reverse("admin:compliance_incentivescheme_delete", args=[scheme.pk])
    assert browser.post(url, {"post": "yes"}).status_code == 302
    event = AuditEvent.objects.get(action="incentive_scheme.remove")
    assert event.before["title"] and event.after == {} and not IncentiveScheme.objects.exists()
    assert list(broken_chains()) == []


def test_everything_kept_of_reference_data_has_words():
    kept = {name for names in records.KEPT.values() for name in names}
    assert kept <= set(FIELDS)
    assert {one for names in records.ACTIONS.values() for one in names} - set(ACTIONS) == (
        {"organisation.remove", "person.remove"}
    ), "these two are closed, not removed"


def test_a_person_without_a_place_is_recorded_where_the_administrator_works(browser, region):
    given = {"username": "novice", "usable_password": "true"}
    word = "совсем-новое-слово-31"
    page = reverse("admin:compliance_user_add")
    blank = form_of(browser, "admin:compliance_user_add")
    answer = browser.post(page, blank | given | {"password1": word, "password2": word})
    assert answer.status_code == 302, answer.context["errors"]
    event = AuditEvent.objects.get(action="person.add")
    assert event.organisation == region.ministry and event.subject_id == (
        User.objects.get(username="novice").pk
    )


def test_the_administration_has_no_door_past_the_engine_nor_to_groups_and_secrets(browser, region):
    registered = {model._meta.label for model in admin.site._registry}
    assert registered == {
        "compliance.IncentiveScheme",
        "compliance.Organisation",
        "compliance.User",
        "compliance.LoginCode",
    }


def test_a_lost_phone_is_taken_off_a_login_and_that_is_on_record(browser, region):
    row = Authenticator.objects.create(
        user=region.inspector, type=Authenticator.Type.TOTP, data={"secret": "SECRETSECRET"}
    )
    listed = browser.get(reverse("admin:compliance_logincode_changelist")).content.decode()
    assert str(region.inspector) in listed and "SECRETSECRET" not in listed
    url = reverse("admin:compliance_logincode_changelist")
    given = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    assert browser.post(url, given).status_code == 302
    assert not Authenticator.objects.exists()
    event = AuditEvent.objects.get(action="person.code_removed")
    assert (event.subject_id, event.before, event.after) == (region.inspector.pk, {}, {})


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"points_to": "90"}, id="a gap or an overlap with the next one"),
        pytest.param({"points_from": "50"}, id="a gap or an overlap with the last one"),
        pytest.param({"DELETE": "on"}, id="a band taken out"),
    ],
)
def test_a_band_table_with_a_gap_or_an_overlap_is_not_stored(browser, region, broken):
    scheme = default_scheme(region.ministry, date(2026, 1, 1))
    rows = list(scheme.bands.values_list("points_from", "points_to", "share"))
    page = "admin:compliance_incentivescheme_change"
    given = form_of(browser, page, scheme.pk)
    given |= {f"bands-1-{name}": value for name, value in broken.items()}
    answer = browser.post(reverse(page, args=[scheme.pk]), given)
    assert answer.status_code == 200
    assert "В шкале разрыв или наложение у отметки" in answer.content.decode()
    assert list(scheme.bands.values_list("points_from", "points_to", "share")) == rows


def test_the_trail_keeps_every_fact_of_an_organisation(region):
    region.own.short_name, region.own.website = "ЦСО", "https://example.org/"
    region.own.save()
    assert records.facts_of(region.own) == {
        "interim_checkpoints": "quarterly",
        "kind": "institution",
        "name": "ГБУ «Примерный центр социального обслуживания»",
        "short_name": "ЦСО",
        "parent": "Министерство социальной защиты Примерной области",
        "rating_group": "",
        "municipality": "",
        "website": "https://example.org/",
        "time_zone": "Europe/Moscow",
        "is_active": True,
        "continuous_checkpoints": "quarterly",
        "period_end_shift": "before",
        "named_date_shift": "after",
    }
    assert set(records.facts_of(region.executor)) == {
        "username", "full_name", "email", "is_active", "is_staff", "is_superuser",
    }  # fmt: skip
    role = region.executor.memberships.get()
    assert set(records.facts_of(role)) == {
        "user", "organisation", "role", "post", "starts_on", "ends_on",
    }  # fmt: skip
