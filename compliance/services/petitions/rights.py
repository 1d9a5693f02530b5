"""Who may ask, endorse, decide, waive and withdraw: the pages offer what these allow."""

from __future__ import annotations

from compliance.models import Occurrence, Organisation, Petition, User
from compliance.models.roles import Role
from compliance.services.evidence.reports import may_report


def deciding_role(organisation: Organisation) -> Role:
    """The role that decides: the ministry's coordinator; for the ministry's own share its head.

    A coordinator reports on the ministry's share of a regional plan, so another has to decide.
    """
    is_own_share = organisation.kind == Organisation.Kind.MINISTRY
    return Role.HEAD if is_own_share else Role.COORDINATOR


def may_ask(user: User | None, occurrence: Occurrence) -> bool:
    """Whether the person may ask about this due date: whoever may report on it."""
    return may_report(user, occurrence)


def may_waive(user: User | None, occurrence: Occurrence) -> bool:
    """Whether the person may waive a measure, asked or not."""
    place = occurrence.organisation
    return user is not None and user.jurisdiction().holds(deciding_role(place), place.path)


def may_waive_unasked(user: User, occurrence: Occurrence) -> bool:
    """Whether the person may waive without a petition: not where they report themselves.

    This bars the person and whoever they act for, or people would let themselves off.
    """
    return user.may(may_waive, occurrence) and not user.may(may_report, occurrence)


def may_endorse(user: User | None, petition: Petition) -> bool:
    """Whether the person directs the institution that asks."""
    path = petition.occurrence.organisation.path
    return user is not None and user.jurisdiction().holds(Role.DIRECTOR, path)


def may_decide_petition(user: User | None, petition: Petition) -> bool:
    """Whether the person decides petitions of this organisation and did not make this one."""
    own = user is not None and user.pk in petition.askers
    return may_waive(user, petition.occurrence) and not own


def may_withdraw_petition(user: User | None, petition: Petition) -> bool:
    """Whether the petition is the person's own, and they still report on its due date."""
    own = user is not None and user.pk in petition.askers
    return own and may_report(user, petition.occurrence)
