"""Addresses of the pages where people act: home, inbox, plans, reports, inspections."""

from django.urls import path

from workflows.views import (
    deadlines,
    health,
    home,
    inbox,
    inspections,
    measures,
    occurrences,
    people,
    plan_types,
    plans,
    tasks,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/take/", inbox.take_many, name="inbox-take"),
    path("tasks/<int:pk>/take/", tasks.take, name="task-take"),
    path("tasks/<int:pk>/release/", tasks.release, name="task-release"),
    path("tasks/<int:pk>/reassign/", inbox.reassign, name="task-reassign"),
    path("tasks/<int:pk>/delegate/", inbox.delegate, name="task-delegate"),
    path("tasks/<int:pk>/return/", inbox.give_back, name="task-return"),
    path("tasks/<int:pk>/complete/", tasks.complete, name="task-complete"),
    path("plans/", plans.plans, name="plans"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/send/", plans.send, name="plan-send"),
    path("plans/<int:pk>/vote/", plans.vote, name="plan-vote"),
    path("plan-types/", plan_types.plan_types, name="plan-types"),
    path("plan-types/<int:pk>/", plan_types.plan_type, name="plan-type"),
    path("plans/<int:pk>/start/", plans.start, name="plan-start"),
    path("plans/<int:pk>/report/", plans.report, name="plan-report"),
    path("plans/<int:pk>/reopen/", plans.reopen, name="plan-reopen"),
    path("plans/<int:pk>/deadlines/", deadlines.settle, name="plan-deadlines"),
    path(
        "plans/<int:pk>/deadlines/confirm/", deadlines.confirm_many, name="plan-deadlines-confirm"
    ),
    path("deadlines/preview/", deadlines.preview, name="deadline-preview"),
    path("plans/<int:pk>/measures/new/", measures.add, name="measure-add"),
    path("measures/<int:pk>/", measures.change, name="measure"),
    path("measures/<int:pk>/remove/", measures.remove, name="measure-remove"),
    path("measures/<int:pk>/deadline/", deadlines.confirm, name="deadline-confirm"),
    path("remarks/<int:pk>/settle/", measures.settle, name="remark-settle"),
    path("occurrences/<int:pk>/", occurrences.occurrence, name="occurrence"),
    path("occurrences/<int:pk>/photos/", occurrences.photos, name="occurrence-photos"),
    path("occurrences/<int:pk>/explain/", occurrences.explain, name="occurrence-explain"),
    path("occurrences/<int:pk>/waive/", occurrences.waive, name="occurrence-waive"),
    path("evidence/<int:pk>/remove/", occurrences.remove_photo, name="evidence-remove"),
    path("evidence/<int:pk>/<str:kind>/", occurrences.evidence, name="evidence"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person-deactivate"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("health/work", health.work, name="health-work"),
]
