"""Addresses of compliance."""

from django.urls import URLPattern, path

from compliance.views import (
    audit,
    display,
    incentives,
    jobs,
    kept,
)
from compliance.views.boards import matrix, overdue, public, region
from compliance.views.help import pages
from compliance.views.people import (
    addresses,
    imports,
    invitation,
    letters,
    lists,
    person,
    substitutions,
)
from compliance.views.reference import calendar

urlpatterns: list[URLPattern] = [
    path("display/", display.display, name="display"),
    path("kept/drop/", kept.drop, name="kept-drop"),
    path("help/", pages.help_page, name="help"),
    path("help/<slug:name>/", pages.guide, name="guide"),
    path("public/", public.public_plans, name="public-plans"),
    path("public/<int:plan_id>/", public.public_plan, name="public-plan"),
    path("overdue/", overdue.overdue, name="overdue"),
    path("overdue/export/", overdue.overdue_export, name="overdue-export"),
    path("assignments/<int:pk>/executor/", overdue.executor, name="assignment-executor"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/day/", calendar.set_day, name="calendar-day"),
    path("calendar/day/<int:pk>/remove/", calendar.remove_day, name="calendar-day-remove"),
    path("calendar/import/", calendar.import_year, name="calendar-import"),
    path("calendar/seed/", calendar.seed, name="calendar-seed"),
    path("substitutions/", substitutions.substitutions, name="substitutions"),
    path("substitutions/new/<int:pk>/", substitutions.enter, name="substitution-enter"),
    path("substitutions/<int:pk>/end/", substitutions.end, name="substitution-end"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/<str:form>/", audit.audit_export, name="audit-export"),
    path("audit/<int:pk>/verify/", audit.audit_verify, name="audit-verify"),
    path("mail/<int:letter_id>/resend/", letters.letter_resend, name="letter-resend"),
    path("people/", lists.people, name="people"),
    path("people/export/", lists.people_export, name="people-export"),
    path("people/addresses/", addresses.suspended, name="addresses"),
    path("people/addresses/<int:pk>/lift/", addresses.lift, name="address-lift"),
    path("people/new/", lists.add_person, name="person-add"),
    path("people/invite/", lists.invite_people, name="people-invite"),
    path("people/import/", imports.import_people, name="people-import"),
    path("people/import/template/", imports.people_template, name="people-template"),
    path("people/import/<uuid:pk>/", imports.preview, name="people-preview"),
    path("people/roles/<int:pk>/end/", person.end_role, name="role-end"),
    path("people/<int:pk>/", person.person_page, name="person"),
    path("people/<int:pk>/grant/", person.grant, name="role-grant"),
    path("people/<int:pk>/address/", person.change_address, name="person-address"),
    path("people/<int:pk>/invite/", person.invite_person, name="person-invite"),
    path("people/<int:pk>/reactivate/", person.reactivate, name="person-reactivate"),
    path("invitation/", invitation.invitation, name="invitation"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("region/", region.region, name="region"),
    path("plans/<int:pk>/matrix/", matrix.matrix, name="plan-matrix"),
    path("incentives/", incentives.incentives, name="incentives"),
    path("incentives/calculate/", incentives.calculate, name="incentives-calculate"),
    path("incentives/export/<str:form>/", incentives.export, name="incentive-export"),
    path("incentives/<int:pk>/", incentives.sheet, name="incentive-sheet"),
    path(
        "incentives/<int:pk>/export/<str:form>/",
        incentives.sheet_export,
        name="incentive-sheet-export",
    ),
]
