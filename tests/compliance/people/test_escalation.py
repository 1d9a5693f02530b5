"""Nobody reaches up: each way in which somebody below could come by the rights of somebody above.

The attacker has what an attacker would have: a place in the administration with every permission
that Django knows, the whole of one branch to administer, or the chair of somebody on leave.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import Invitation, Membership, Organisation, Substitution, User
from compliance.services.people import accounts, invitations
from compliance.services.people.imports import storing
from project.login import letters
from tests.building import factories as make
from tests.building.people_workbooks import person, workbook
from tests.compliance.reference.test_recorded_admin import form_of

pytestmark = pytest.mark.django_db

PEOPLE = "admin:compliance_user_change"
WORD = "совсем-новое-слово-31"


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def root(region) -> User:
    return make.user("root", is_staff=True, is_superuser=True, full_name="Корней Корнев")


def clerk_in(place: Organisation, role: str = "administrator") -> User:
    """Somebody whom the administration lets in with every permission, but without all rights."""
    clerk = make.member(place, role, "clerk", is_staff=True, full_name="Кирилл Клерков")
    clerk.user_permissions.set(Permission.objects.all())
    return clerk


def browser(somebody: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=somebody.pk))
    return client


def sent(client: Client, victim: User, **changes) -> None:
    """The page of a person sent back with changes; what it leaves of them is read afterwards."""
    url = reverse(PEOPLE, args=[victim.pk])
    page = client.get(url)
    given = form_of(client, PEOPLE, victim.pk) if page.status_code == 200 else {}
    client.post(url, {key: value for key, value in (given | changes).items() if value != ""})


FLAGS = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1"], "groups": ["1"]}


@pytest.mark.parametrize("who", ["clerk", "executor", "administrator"])
def test_staff_without_all_rights_give_nobody_the_rights_of_the_administration(region, who):
    clerk = clerk_in(region.ministry)
    victim = region.people.get(who, clerk)
    sent(browser(clerk), victim, full_name="Другое Имя", **FLAGS)
    found = User.objects.get(pk=victim.pk)
    assert not found.is_superuser and found.is_staff == (who == "clerk")
    assert who == "clerk" or not found.user_permissions.exists()
    assert found.full_name == ("Кирилл Клерков" if who == "clerk" else "Другое Имя"), (
        "names inside the branch are theirs to correct, their own are not"
    )


def test_staff_do_not_touch_an_account_with_all_rights(region, root):
    Membership.objects.create(user=root, organisation=region.own, role="executor")
    client = browser(clerk_in(region.ministry))
    sent(client, root, email="mine@example.org", username="mine", is_active="")
    url = reverse("admin:auth_user_password_change", args=[root.pk])
    given = {"password1": WORD, "password2": WORD, "usable_password": "true"}
    assert client.post(url, given).status_code == 403
    found = User.objects.get(pk=root.pk)
    assert (found.email, found.username, found.is_active) == ("root@example.org", "root", True)
    assert found.check_password(make.PASSWORD) and found.is_superuser


def test_staff_make_no_account_with_all_rights(region):
    client = browser(clerk_in(region.ministry))
    page = "admin:compliance_user_add"
    given = {"username": "back", "usable_password": "true", "password1": WORD, "password2": WORD}
    client.post(reverse(page), form_of(client, page) | given | FLAGS)
    made = User.objects.get(username="back")
    assert not (made.is_superuser or made.is_staff or made.user_permissions.exists())


@pytest.mark.parametrize(
    ("place", "role"),
    [("ministry", "administrator"), ("ministry", "head"), ("other", "executor"),
     ("council", "council")],
)  # fmt: skip
def test_staff_of_a_branch_give_no_role_above_or_beside_it(region, place, role):
    client = browser(clerk_in(region.own))
    organisation = getattr(region, place).pk
    new = {
        "memberships-TOTAL_FORMS": "2",
        "memberships-1-organisation": organisation,
        "memberships-1-role": role,
        "memberships-1-user": region.executor.pk,
    }
    sent(client, region.executor, **new)
    assert region.executor.memberships.get().role == "executor", "a known person"
    page = "admin:compliance_user_add"
    given = {"username": "back", "usable_password": "true", "password1": WORD, "password2": WORD}
    moved = {
        "memberships-0-organisation": organisation,
        "memberships-0-role": role,
        "memberships-TOTAL_FORMS": "1",
    }
    client.post(reverse(page), form_of(client, page) | given | moved)
    assert not Membership.objects.filter(user__username="back").exists(), "a new person"
    mine = {"memberships-0-organisation": organisation, "memberships-0-role": role}
    sent(client, region.executor, **mine)
    assert region.executor.memberships.get().organisation == region.own, "a role that is moved"


def test_staff_of_a_branch_still_give_roles_inside_it(region):
    new = {
        "memberships-TOTAL_FORMS": "2",
        "memberships-1-organisation": region.own.pk,
        "memberships-1-role": "hr",
        "memberships-1-user": region.executor.pk,
    }
    sent(browser(clerk_in(region.own)), region.executor, **new)
    assert {row.role for row in region.executor.memberships.all()} == {"executor", "hr"}


def test_a_role_that_no_such_organisation_has_is_refused_whoever_gives_it(region, root):
    mine = {"memberships-0-role": "coordinator"}
    sent(browser(root), region.executor, **mine)
    assert region.executor.memberships.get().role == "executor"


def test_staff_of_a_branch_take_no_code_off_a_senior_login(region):
    for somebody in (region.head, region.executor):
        Authenticator.objects.create(
            user=somebody, type=Authenticator.Type.TOTP, data={"secret": "SECRETSECRET"}
        )
    client = browser(clerk_in(region.own))
    url = reverse("admin:compliance_logincode_changelist")
    for somebody in (region.head, region.executor):
        row = Authenticator.objects.get(user=somebody)
        one = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        client.post(url, one)
        client.post(reverse("admin:compliance_logincode_delete", args=[row.pk]), {"post": "yes"})
    assert [row.user for row in Authenticator.objects.all()] == [region.head]


def test_a_code_of_who_also_works_above_is_not_the_branchs_to_take_off(region):
    Membership.objects.create(user=region.executor, organisation=region.ministry, role="inspector")
    row = Authenticator.objects.create(
        user=region.executor, type=Authenticator.Type.TOTP, data={"secret": "SECRETSECRET"}
    )
    client = browser(clerk_in(region.own))
    url = reverse("admin:compliance_logincode_delete", args=[row.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    given = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    client.post(reverse("admin:compliance_logincode_changelist"), given)
    assert Authenticator.objects.exists()


@pytest.mark.parametrize(
    "change", [{"kind": "council"}, {"kind": "ministry"}, {"parent": ""}, {"parent": "own"}]
)
def test_staff_of_a_branch_do_not_move_it_in_the_tree(region, change):
    """As a council's, the people of an institution would look after the whole region."""
    page = "admin:compliance_organisation_change"
    client = browser(clerk_in(region.own))
    part = make.institution(region.own, name="Отделение")
    wanted = {name: region.own.pk if text == "own" else text for name, text in change.items()}
    for place in (region.own, part, region.other):
        url = reverse(page, args=[place.pk])
        seen = client.get(url).status_code == 200
        assert seen == (place != region.other)
        given = form_of(client, page, place.pk) if seen else {}
        client.post(url, given | {"name": "Новое имя"} | wanted)
        found = Organisation.objects.get(pk=place.pk)
        assert (found.kind, found.parent_id) == (place.kind, place.parent_id)
        assert (found.name == "Новое имя") == seen
    assert client.get(reverse("admin:compliance_organisation_add")).status_code == 403


def test_an_address_changed_in_the_administration_ends_links_to_the_old_one(region, root):
    EmailAddress.objects.create(user=region.executor, email=region.executor.email, verified=True)
    invitations.invite(region.executor.pk, act=make.act(region.administrator))
    sent(browser(root), region.executor, email="new@example.org")
    assert not EmailAddress.objects.exists() and not Invitation.objects.open().exists()
    Client().post("/accounts/password/reset/", {"email": "executor@example.org"})
    letters.submit(int).result()
    assert mail.outbox == []


# --- Without the administration ------------------------------------------------------------------


def test_an_invitation_is_no_way_into_a_senior_account(region):
    branch = make.member(region.own, "administrator", "branch")
    for senior in (region.head, region.administrator, make.user("root", is_superuser=True)):
        with pytest.raises(Forbidden):
            invitations.invite(senior.pk, act=make.act(branch))
    everybody = User.objects.filter(pk__in=[region.head.pk, region.executor.pk])
    assert invitations.invite_many(everybody, act=make.act(branch)).count == 1
    assert Invitation.objects.get().user == region.executor
    answer = browser(branch).post(reverse("people-invite"), {"person": [region.head.pk]})
    assert answer.status_code < 500 and not region.head.invitations.exists()


def test_an_invitation_dies_with_the_first_login(region):
    made = invitations.invite(region.executor.pk, act=make.act(region.administrator))
    Invitation.objects.filter(pk=made.pk).update(
        digest=invitations.digest_of("link"),
        address=region.executor.email,
        valid_until=timezone.now() + timedelta(days=7),
    )
    act = make.act(None)
    assert invitations.usable_invitation(invitations.digest_of("link"), act)
    User.objects.filter(pk=region.executor.pk).update(last_login=timezone.now())
    assert invitations.usable_invitation(invitations.digest_of("link"), act) is None


@pytest.fixture
def deputy(region) -> User:
    """An inspector who stands in for the ministry's administrator today."""
    today = timezone.localdate()
    Substitution.objects.create(
        absent=region.administrator,
        substitute=region.inspector,
        starts_on=today,
        ends_on=today,
        entered_at=timezone.now(),
    )
    return region.inspector


def table(*rows) -> bytes:
    return workbook([], list(rows))


def problems(content: bytes, who: User) -> set[str]:
    upload = storing.keep_upload(content, "люди.xlsx", act=make.act(who))
    return {one.code for one in storing.preview(upload, make.act(who)).problems}


def test_a_substitute_gives_themselves_nothing_by_a_table_either(region, deputy):
    """On the page they could not; the role would outlast the substitution."""
    with pytest.raises(Refusal, match="'not_yourself'"):
        accounts.grant_role(
            deputy.pk, accounts.RoleGrant(region.ministry.pk, "administrator"), act=make.act(deputy)
        )
    mine = person("Павел Проверяев", "inspector@example.org", region.ministry.name, "Администратор")
    assert problems(table(mine), deputy) == {"outside_branch"}
    assert not deputy.memberships.filter(role="administrator").exists()
    other = person("Учебнова Анна", "a@example.org", region.ministry.name, "Администратор")
    assert problems(table(other), deputy) == set(), "to others, in the absent person's name"


def test_a_substitute_does_not_take_over_the_account_of_the_absent(region, deputy):
    with pytest.raises(Forbidden):
        accounts.change_address(region.administrator.pk, "mine@example.org", act=make.act(deputy))
    row = person(
        "Аркадий Администраторов",
        "mine@example.org",
        region.ministry.name,
        "Администратор",
        login="admin",
    )
    assert problems(table(row), deputy) == {"known_otherwise"}
    page = browser(deputy).get(reverse("person", args=[region.administrator.pk]))
    assert reverse("person-address", args=[region.administrator.pk]) not in page.content.decode()
    url = reverse("person-deactivate", args=[region.administrator.pk])
    assert browser(deputy).get(url).status_code == 403


def test_rights_of_two_people_do_not_add_up_to_a_third(region):
    """Each of two branches alone does not reach the account of somebody who works in both."""
    today = timezone.localdate()
    mine = make.member(region.own, "administrator", "mine")
    theirs = make.member(region.other, "administrator", "theirs")
    Membership.objects.create(user=mine, organisation=region.other, role="executor")
    Substitution.objects.create(
        absent=theirs, substitute=mine, starts_on=today, ends_on=today, entered_at=timezone.now()
    )
    both = make.member(region.own, "executor", "both", full_name="Обоева Анна")
    Membership.objects.create(user=both, organisation=region.other, role="executor")
    with pytest.raises(Forbidden):
        accounts.change_address(both.pk, "x@example.org", act=make.act(mine))
    row = person("Обоева Анна", "x@example.org", region.own.name, "Исполнитель", login="both")
    assert "known_otherwise" in problems(table(row), mine)
