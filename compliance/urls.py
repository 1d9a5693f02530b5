"""Addresses of compliance."""

from django.urls import URLPattern, path

from compliance.views import (
    audit,
    calendar,
    display,
    incentives,
    matrix,
    overdue,
    public,
    region,
    substitutions,
)

urlpatterns: list[URLPattern] = [
    path("display/", display.display, name="display"),
    path("help/", public.help_page, name="help"),
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
