"""Addresses of the pages where people act: home, inbox, plans, reports, inspections."""

from django.urls import path

from workflows.views import (
    design,
    health,
    petitions,
)
from workflows.views.approval import remarks, revisions, votes
from workflows.views.evidence import parts
from workflows.views.execution import occurrences
from workflows.views.inspections import holding, planning, verification
from workflows.views.people import leaving, rights
from workflows.views.plans import (
    cells,
    deadlines,
    drafting,
    frames,
    lists,
    measures,
    plans,
    sources,
)
from workflows.views.reference import plan_types
from workflows.views.tasks import answers, handover, home, inbox, load, many

urlpatterns = [
    path("", home.home, name="home"),
    path("design/", design.design, name="design"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/many/", many.act_on_many, name="inbox-many"),
    path("inspectors/", load.load, name="inspectors"),
    path("tasks/<int:pk>/take/", answers.take, name="task-take"),
    path("tasks/<int:pk>/release/", answers.release, name="task-release"),
    path("tasks/<int:pk>/reassign/", inbox.reassign, name="task-reassign"),
    path("tasks/<int:pk>/delegate/", inbox.delegate, name="task-delegate"),
    path("tasks/<int:pk>/return/", inbox.give_back, name="task-return"),
    path("tasks/<int:pk>/complete/", answers.complete, name="task-complete"),
    path("people/<int:pk>/hand-over/", handover.handover, name="handover"),
    path("rights/", rights.rights, name="rights"),
    path("plans/", lists.plans, name="plans"),
    path("plans/export/", lists.plans_export, name="plans-export"),
    path("plans/new/", drafting.new, name="plan-new"),
    path("plans/new/document/", drafting.upload, name="plan-upload"),
    path("plans/new/document/<uuid:pk>/", drafting.preview, name="plan-upload-preview"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/source/", sources.source, name="plan-source"),
    path("plans/<int:pk>/send/", plans.send, name="plan-send"),
    path("plans/<int:pk>/vote/", votes.vote, name="plan-vote"),
    path("plan-types/", plan_types.plan_types, name="plan-types"),
    path("plan-types/new/", plan_types.new, name="plan-type-new"),
    path("plan-types/<int:pk>/", plan_types.plan_type, name="plan-type"),
    path("plan-types/<int:pk>/retire/", plan_types.retire, name="plan-type-retire"),
    path("plan-types/<int:pk>/offer/", plan_types.offer, name="plan-type-offer"),
    path("plans/<int:pk>/start/", plans.start, name="plan-start"),
    path("plans/<int:pk>/report/", plans.report, name="plan-report"),
    path("plans/<int:pk>/reopen/", plans.reopen, name="plan-reopen"),
    path("plans/<int:pk>/revise/", revisions.revise, name="plan-revise"),
    path("plans/<int:pk>/revisions/", revisions.revisions, name="plan-revisions"),
    path("plans/<int:pk>/revisions/<int:number>/", revisions.revision, name="plan-revision"),
    path("plans/<int:pk>/revisions/<int:number>/send/", revisions.send, name="revision-send"),
    path("plans/<int:pk>/revisions/<int:number>/frame/", frames.frame, name="revision-frame"),
    path("plans/<int:pk>/revisions/<int:number>/table/", cells.table, name="revision-table"),
    path(
        "plans/<int:pk>/revisions/<int:number>/table/many/",
        cells.save_many,
        name="revision-table-many",
    ),
    path(
        "plans/<int:pk>/revisions/<int:number>/withdraw/",
        revisions.withdraw,
        name="revision-withdraw",
    ),
    path("plans/<int:pk>/deadlines/", deadlines.settle, name="plan-deadlines"),
    path(
        "plans/<int:pk>/deadlines/confirm/", deadlines.confirm_many, name="plan-deadlines-confirm"
    ),
    path("deadlines/preview/", deadlines.preview, name="deadline-preview"),
    path("plans/<int:pk>/measures/new/", measures.add, name="measure-add"),
    path("measures/<int:pk>/", measures.change, name="measure"),
    path("measures/<int:pk>/cells/", cells.save_row, name="measure-cells"),
    path("measures/<int:pk>/remove/", measures.remove, name="measure-remove"),
    path("measures/<int:pk>/move/", frames.move, name="measure-move"),
    path("measures/<int:pk>/remark/", remarks.remark, name="measure-remark"),
    path("measures/<int:pk>/deadline/", deadlines.confirm, name="deadline-confirm"),
    path("remarks/<int:pk>/settle/", measures.settle, name="remark-settle"),
    path("occurrences/<int:pk>/", occurrences.occurrence, name="occurrence"),
    path("occurrences/<int:pk>/files/<uuid:key>/", parts.of_report, name="evidence-part"),
    path("occurrences/<int:pk>/recall/", occurrences.recall, name="occurrence-recall"),
    path("occurrences/<int:pk>/explain/", occurrences.explain, name="occurrence-explain"),
    path("interims/<int:pk>/tell/", occurrences.tell, name="interim-tell"),
    path("occurrences/<int:pk>/waive/", occurrences.waive, name="occurrence-waive"),
    path("occurrences/<int:pk>/petition/", petitions.ask, name="petition-ask"),
    path("petitions/", petitions.petitions, name="petitions"),
    path("petitions/export/", petitions.petitions_export, name="petitions-export"),
    path("petitions/<int:pk>/", petitions.petition, name="petition"),
    path("petitions/<int:pk>/withdraw/", petitions.withdraw, name="petition-withdraw"),
    path("evidence/<int:pk>/remove/", occurrences.remove_photo, name="evidence-remove"),
    path("evidence/<int:pk>/<str:kind>/", occurrences.evidence, name="evidence"),
    path("inspections/", holding.inspections, name="inspections"),
    path("inspections/export/", holding.inspections_export, name="inspections-export"),
    path("inspections/sample/", planning.sample, name="inspection-sample"),
    path("inspections/by-hand/", planning.by_hand, name="inspection-by-hand"),
    path("inspections/policies/", planning.policies, name="inspection-policies"),
    path("inspections/policies/set/", planning.set_policy, name="inspection-policy"),
    path(
        "inspection-photos/<int:pk>/remove/",
        holding.remove_photo,
        name="inspection-photo-remove",
    ),
    path("inspection-photos/<int:pk>/<str:kind>/", holding.photo, name="inspection-photo"),
    path("inspections/<int:pk>/", verification.verification, name="verification"),
    path("inspections/held/<int:pk>/", holding.inspection, name="inspection"),
    path(
        "inspections/held/<int:pk>/files/<uuid:key>/", parts.of_inspection, name="inspection-part"
    ),
    path("people/<int:pk>/deactivate/", leaving.deactivate, name="person-deactivate"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("health/work", health.work, name="health-work"),
]
