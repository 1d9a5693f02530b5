"""The words for what is wrong with a row of a table of people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.people.tables import RowProblem

PROBLEMS: dict[str, str | Promise] = {
    # The file
    "no_sheet": _(
        "The file has neither a sheet “Организации” nor a sheet “Люди”. Use the template."
    ),
    "no_rows": _("The sheets have no rows. Fill them in below the headings."),
    "too_many_rows": _("The sheet has more than %(limit)s rows. Split it into several files."),
    "column_missing": _("The column is missing. Take its heading from the template."),
    "column_twice": _("Two columns have this heading. Keep one of them."),
    # A cell
    "empty_cell": _("The cell is empty. Fill it in."),
    "too_long": _("The text is longer than %(text)s characters. Shorten it."),
    "formula": _("“%(text)s” begins like a formula. Write plain text."),
    "unknown_kind": _("“%(text)s” is no kind of organisation."),
    "unknown_role": _("“%(text)s” is no role. Choose one from the list in the template."),
    "unknown_time_zone": _("“%(text)s” is no time zone. Write one like Europe/Moscow."),
    "bad_website": _("“%(text)s” is no address of a site. Write https://…"),
    "bad_email": _("“%(text)s” is no e-mail address. Write it like name@example.org."),
    "email_cyrillic": _("“%(text)s” mixes Russian and Latin letters. Type the address anew."),
    "bad_login": _("“%(text)s” cannot be a login: letters, digits and @ . + - _ only."),
    "bad_date": _("“%(text)s” is no date. Write it like 01.09.2026."),
    "absurd_date": _("%(text)s is not a date on which somebody works. Check the year."),
    "ends_before_start": _("The last day %(text)s is before the first. Check both dates."),
    # Rows beside each other
    "names_differ": _("“%(text)s” has another name in row %(other)s. One address is one person."),
    "login_differs": _("Different people have the login “%(text)s”. Keep one of them."),
    "repeated": _("“%(text)s” is in row %(other)s already. Keep one row."),
    "two_leaders": _("“%(text)s” has a director already: %(guess)s. End that role first."),
    # What is known already
    "unknown_organisation": _("There is no organisation “%(text)s” among yours."),
    "ambiguous_organisation": _("Several organisations are called “%(text)s”. Use the full name."),
    "organisation_closed": _("“%(text)s” is closed and takes no people."),
    "kind_differs": _("“%(text)s” is known as another kind: %(guess)s."),
    "parent_loop": _("“%(text)s” belongs to itself in a circle. Check what belongs to what."),
    "parent_needed": _("Write what “%(text)s” belongs to."),
    "parent_wrong": _("Nothing can belong to “%(text)s”: it is a council, or closed."),
    "not_below_institution": _(
        "An authority or a public council belongs to an authority, not to “%(text)s”."
    ),
    "outside_branch": _("“%(text)s” is not yours to manage. Ask the administrator above you."),
    "role_does_not_fit": _("The role “%(text)s” does not exist in an organisation of this kind."),
    "person_inactive": _("“%(text)s” is deactivated. Reactivate the person on their page first."),
    "known_otherwise": _(
        "“%(text)s” is known under another name or address, and is not yours to change. Check it."
    ),
    "login_taken": _("The login “%(text)s” belongs to somebody else. Choose another."),
    "login_needed": _("“%(text)s” cannot be a login. Give one in the column “Логин”."),
    "role_over": _(
        "This role ended on %(text)s. To give it anew write since when, in “Работает с”."
    ),
}


def problem_words(problem: RowProblem) -> str:
    """One sentence about a cell, with the word that was probably meant, if any."""
    words = str(PROBLEMS.get(problem.code, problem.code)) % problem.values
    guess = problem.values.get("guess")
    if guess and problem.code in {"unknown_kind", "unknown_role", "unknown_organisation"}:
        words += " " + gettext("Perhaps “%(guess)s”?") % {"guess": guess}
    return words


NOT_INVITED = {
    "not_your_people": _("Not yours to invite: their administrator does it"),
    "nowhere_at_work": _("Has no role anywhere"),
    "no_address": _("Has no e-mail address"),
    "person_inactive": _("Deactivated"),
    "already_signed_in": _("Has signed in already"),
    "invited_lately": _("Invited within the last day: once more only from their own page"),
}


def why_not_invited(code: str) -> str:
    """Why a list left the person out, in a few words."""
    return str(NOT_INVITED[code])
