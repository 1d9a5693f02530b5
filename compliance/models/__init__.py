"""The rows of compliance, split by noun."""

from compliance.models.account_notes import AccountNote
from compliance.models.assessments import Assessment, AssessmentResult, Finding, Proposal
from compliance.models.audit import AuditEvent, AuditHead
from compliance.models.calendar import CalendarDay
from compliance.models.evidence import Evidence
from compliance.models.incentives import Band, IncentiveLine, IncentiveScheme, IncentiveSheet
from compliance.models.incoming_files import IncomingFile, IncomingPart
from compliance.models.inspections import (
    Inspection,
    InspectionPhoto,
    InspectionPolicy,
    InspectionSample,
)
from compliance.models.interims import InterimDate
from compliance.models.invitations import Invitation
from compliance.models.jobs import Job
from compliance.models.login_codes import LoginCode
from compliance.models.measures import (
    Assignment,
    Measure,
    MeasureVersion,
    Responsible,
    Section,
)
from compliance.models.occurrences import ExecutionReport, Occurrence
from compliance.models.organisations import Organisation
from compliance.models.outcomes import OutcomeCount
from compliance.models.parties import PartyStep, RevisionAuthor, RevisionParty, Vote
from compliance.models.people import Membership, Substitution, User
from compliance.models.petitions import Petition
from compliance.models.plan_types import PlanType
from compliance.models.planned_work import ChangedWork, PlannedPlace
from compliance.models.plans import Decision, Plan, Revision
from compliance.models.remarks import Remark
from compliance.models.saved_filters import SavedFilter
from compliance.models.sendings import Sending
from compliance.models.uploads import PeopleUpload, PlanUpload, SourceDocument

__all__ = [
    "AccountNote",
    "Assessment",
    "AssessmentResult",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "Band",
    "CalendarDay",
    "ChangedWork",
    "Decision",
    "Evidence",
    "ExecutionReport",
    "Finding",
    "IncentiveLine",
    "IncentiveScheme",
    "IncentiveSheet",
    "IncomingFile",
    "IncomingPart",
    "Inspection",
    "InspectionPhoto",
    "InspectionPolicy",
    "InspectionSample",
    "InterimDate",
    "Invitation",
    "Job",
    "LoginCode",
    "Measure",
    "MeasureVersion",
    "Membership",
    "Occurrence",
    "Organisation",
    "OutcomeCount",
    "PartyStep",
    "PeopleUpload",
    "Petition",
    "Plan",
    "PlanType",
    "PlanUpload",
    "PlannedPlace",
    "Proposal",
    "Remark",
    "Responsible",
    "Revision",
    "RevisionAuthor",
    "RevisionParty",
    "SavedFilter",
    "Section",
    "Sending",
    "SourceDocument",
    "Substitution",
    "User",
    "Vote",
]
