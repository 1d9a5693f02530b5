"""The words of every refusal code: one clear sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.refusals import Refusal
from compliance.wording.file_refusals import FILES_AND_DOCUMENTS
from compliance.wording.formats import format_words
from compliance.wording.lacks import lack_words, measure_words, passed_words
from compliance.wording.proofs import proof_words

SENTENCES: dict[str, str | Promise] = {
    # The state machine
    "wrong_state": _(
        "The plan is already in the state “%(state)s”: somebody was faster. Open the plan again."
    ),
    "not_your_step": _("This step belongs to another role. Ask the person whose turn it is."),
    "has_measures": _("The plan has no measures yet. Add at least one."),
    "measures_complete": _("Fill in first what these measures lack: %(lacks)s."),
    "deadlines_confirmed": _(
        "Deadlines nobody has confirmed: %(measures)s. Confirm them on the page “Deadlines”."
    ),
    "deadlines_passed": _(
        "These deadlines have passed already: %(passed)s. Change them, or send the plan as it is."
    ),
    "no_open_remark": _("There are open remarks. Settle them first."),
    "basis_given": _("Give the basis: the order or minutes, their number and date."),
    "comment_given": _("Write what has to be changed, so that the other side can act on it."),
    "measure_gone": _("Somebody has just removed this measure. Open the plan again."),
    "cell_changed": _(
        "Somebody has just put “%(newer)s” here in place of “%(before)s”; yours, “%(mine)s”, is "
        "not saved. Save again to put yours; otherwise the newer one stays."
    ),
    "measure_changed": _(
        "Somebody has just changed this measure. It says now: “%(text)s”; deadline: "
        "%(deadline)s; responsible: %(responsible)s; proof: %(proof)s. What you entered is below: "
        "save again to put it in place of that."
    ),
    "cell_emptied": _("This cannot be left empty. Put in what is to stand here instead."),
    "entry_too_long": _("At most %(limit)s characters fit here. Shorten the text."),
    "party_unknown": _(
        "Nobody here is called “%(name)s”. Choose from the list, or add the person under “People”."
    ),
    "party_unclear": _("“%(name)s” may be several: %(names)s. Write which of them."),
    "proof_unknown": _("There is no proof “%(name)s”. Choose from the list."),
    "nothing_ticked": _("Tick the measures first."),
    "nothing_to_put_in": _("Choose what the ticked measures are to get."),
    "own_report": _("You wrote this report yourself. Another inspector has to verify it."),
    "own_acceptance": _(
        "You, or the person you stand in for, accepted this report. Another inspector of the "
        "region has to hold the inspection."
    ),
    "inspector_accepted": _("%(name)s accepted one of these reports. Choose another inspector."),
    "date_in_future": _("%(date)s has not come yet. Give the date as it stands on the document."),
    "not_your_page": _("This page is for other roles. Ask your administrator if you need it."),
    "address_given": _("Give the date and the address of publication (https://…)."),
    "occurrences_exist": _("No due dates could be made from the deadlines. Check them."),
    "occurrences_settled": _(
        "Not settled yet: %(count)s due dates. Each must be accepted, waived or explained."
    ),
    "revision_read_only": _(
        "The plan is with a party and cannot be changed now. Wait until it comes back."
    ),
    # The audit trail's command
    "no_heads": _(
        "%(path)s holds no heads of chains. Give a file that `verify_audit --heads --format json`"
        " wrote."
    ),
    # Revisions and remarks
    "revise_by_return": _(
        "The plan is not published yet. Ask the party that has it to return it for rework."
    ),
    "not_amendable": _(
        "A plan in the state “%(state)s” is not changed by a revision. A reported one is put back "
        "into execution first."
    ),
    "revision_open": _("A change of this plan is already on its way. Finish or withdraw it first."),
    "report_with_ministry": _(
        "The plan's report is with the ministry. Change the plan when it has answered."
    ),
    "revision_settled": _("Somebody was faster: this revision is no longer there. Open it again."),
    "revision_with_parties": _(
        "A party has this revision. Ask it to return the revision, then withdraw it."
    ),
    "first_text_stays": _("The first text of a plan is not withdrawn. Change it as a draft."),
    "nothing_changed": _("The revision says the same as the text in force. Change something."),
    "own_remarks": _(
        "You have written remarks. Return the plan with them, or remove them before you go on."
    ),
    "remark_empty": _("Write the remark."),
    # Deadlines
    "deadline_in_force": _(
        "The words fix this date and are in force. Extend the deadline or revise the plan."
    ),
    "dates_are_set": _("These dates have been set already. Ask the ministry to change them."),
    "dates_outside_period": _(
        "Outside the plan's period (%(start)s – %(end)s): %(dates)s. Give dates within it."
    ),
    "dates_or_anchor": _("Give either dates or the day of the event, not both."),
    "anchor_not_asked": _("The words name no event to count from. Give dates instead."),
    "dates_needed": _("The words give no date. Set one, or change the words."),
    # Beginning a plan
    "too_many_headings": _("A plan has at most %(limit)s sections. Put some of them together."),
    "heading_too_long": _(
        "The heading “%(heading)s” is longer than %(limit)s characters. Shorten it."
    ),
    "no_headings": _("Name at least one section, each on a line of its own."),
    "plan_there": _(
        "There is already a plan “%(title)s” for this period. Open it in the list, or give another "
        "title."
    ),
    "period_not_in_our_time": _("Give a period between the years %(first)s and %(last)s."),
    "period_too_long": _("A plan is made for %(years)s years at most. Give a shorter period."),
    "type_does_not_fit": _(
        "“%(type)s” is no plan type for “%(name)s”. Choose another type or organisation."
    ),
    "no_plan_type": _("There is no plan type for “%(name)s”. Ask the administrator to add one."),
    "rating_is_no_plan": _(
        "This document is a rating, and no plan can be made of it. Choose the document of a plan."
    ),
    # Title, period, sections and their order
    "frame_changed": _(
        "Somebody has just changed the title, the period or the sections. Open the page again and "
        "repeat."
    ),
    "section_has_measures": _(
        "The section “%(heading)s” has measures. Move or remove them first, then take it out."
    ),
    "place_gone": _("Somebody has just changed the order of the plan. Open the plan again."),
    "period_after_work": _(
        "The plan has been executed since %(date)s. Let its period begin on that day or earlier."
    ),
    "period_is_past": _("The period cannot end before today, %(today)s: give a later last day."),
    # Tasks
    "task_taken": _("Somebody else has already taken this task. Your list has been refreshed."),
    "task_done": _("This task is already done. Your list has been refreshed."),
    "task_withdrawn": _(
        "This task is gone: what it was about has been taken back or settled otherwise. Your list "
        "has been refreshed."
    ),
    "task_not_yours": _("This task is not yours. Take it from the queue first."),
    "unknown_outcome": _("Choose one of the answers that the page offers."),
    "open_task_exists": _("This has already been started and is waiting for an answer."),
    "task_delegated": _(
        "%(name)s gave you this to prepare and finishes it. Write what you did and return it."
    ),
    "task_moved": _("The task has just changed hands. Your list has been refreshed."),
    "task_theirs": _("The task is with %(name)s already."),
    "executor_changed": _("%(name)s has just been named here. Open the list again."),
    "no_task_ticked": _("Tick the tasks in the list first."),
    "too_many_ticked": _("%(count)s are ticked, more than %(limit)s at once. Tick fewer."),
    "receiver_cannot": _("%(name)s has no role for this step. Choose another person."),
    "words_given": _("Write in a few words what is asked or what came of it."),
    # Substitution and hand-over
    "substitute_not_here": _(
        "%(name)s does not work in the same organisation. Choose somebody who does."
    ),
    "absent_has_no_duty": _("%(name)s has no role today, so there is nothing to stand in for."),
    "days_in_order": _("The last day comes before the first. Correct the days."),
    "days_are_past": _("These days are past. Give a last day that is still to come."),
    "substitution_too_long": _(
        "A substitution lasts a year at most. Hand the work over if the person is away longer."
    ),
    "already_substituted": _(
        "%(name)s already stands in from %(first)s to %(last)s. End that first, or choose other"
        " days."
    ),
    "substitute_away": _("%(name)s is away from %(first)s to %(last)s. Choose another person."),
    "absent_stands_in": _(
        "On these days this person stands in for %(name)s (%(first)s – %(last)s). Name another"
        " substitute there first."
    ),
    "handed_over_already": _("%(name)s has no work left: it has all been handed over."),
    "last_day_too_far": _("The last day is more than a year away. Correct it."),
    "substitution_ended": _("This substitution has already been ended."),
    # Parties and votes
    "own_draft": _(
        "You worked on this draft yourself. Somebody else with your role has to decide on it."
    ),
    "no_quorum": _(
        "There is no quorum yet: %(missing)s of %(needed)s votes are missing. Ask the members to "
        "vote."
    ),
    "vote_not_carried": _(
        "The vote has not carried: %(votes_for)s for out of %(cast)s. Return the plan for rework."
    ),
    "vote_carried": _(
        "The vote has carried: %(votes_for)s for out of %(cast)s. Record the decision instead."
    ),
    "vote_closed": _("The vote is over, or has not begun. Open the plan again."),
    "already_voted": _("Your vote has been counted already and stands until the end of the round."),
    "vote_is_personal": _(
        "A vote is personal: nobody votes for an absent member. The quorum counts those who vote."
    ),
    "vote_why": _("Write why you are against, so that the drafters can act on it."),
    "type_in_use": _(
        "%(count)s plans of this type are being reworked or reported on. Change who drafts, "
        "reports or accepts when they are done."
    ),
    "step_too_far": _("Directors are told from 1 to %(days)s working days before the date."),
    "type_changed": _("Somebody has just changed this plan type. Open it again and repeat."),
    "type_retired": _("No new plans of the type “%(type)s” are begun. Choose another type."),
    "type_has_plans": _(
        "There are plans of this type already. Copy it to make one for other organisations."
    ),
    "type_name_taken": _("There is a plan type “%(name)s” already. Give another name."),
    "type_needs_both": _("At least one party has to agree and at least one to approve."),
    "agrees_before_approves": _("All who agree come before those who approve. Change the order."),
    "step_needs_basis": _("Say on what basis the approving party decides: order, minutes…"),
    # Reports and evidence
    "already_submitted": _("The report is already with the inspector."),
    "report_not_waiting": _(
        "There is nothing to recall: the report has been verified or recalled already. The page of "
        "the due date shows what has become of it."
    ),
    "verification_taken": _(
        "%(name)s has taken the verification: the report can no longer be recalled. Ask for it to "
        "be returned with a remark."
    ),
    "occurrence_closed": _("This due date is closed and takes no more reports."),
    "course_empty": _("Write in a few words how far the work has come."),
    "report_empty": _("Write in a few words what was done."),
    "proof_needed": _(
        "Attach a photo or a document, or give a link: without proof a report cannot be sent. "
        "What proves this measure was not agreed in the plan; the inspector decides whether it is "
        "enough."
    ),
    "proof_not_suggested": _(
        "The words of the measure suggest no proof. Choose it from the list in its row."
    ),
    "proof_chosen": _("Left as it is: its proof has been chosen already."),
    "proof_missing": _("Not all that was agreed as proof is here. Still missing: %(parts)s."),
    "interim_no_ground": _(
        "Interim information is no ground for closing. Wait for the final report."
    ),
    "remark_given": _("Write what the executor has to correct."),
    "executor_not_here": _("%(name)s does not work in this institution. Choose another person."),
    "reason_given": _("Give the reason."),
    "explained_too_early": _(
        "It is due only on %(date)s. Ask for a later date, or explain two weeks before it."
    ),
    # Petitions
    "petition_open": _(
        "A petition about this due date is already under consideration. Wait for its decision."
    ),
    "petition_decided": _("This petition has been decided or withdrawn. Open it again."),
    "petition_unendorsed": _("The director of the institution has not endorsed this petition yet."),
    "own_petition": _("You made this petition yourself. Somebody else has to decide it."),
    "own_waiver": _("You report on this yourself. Ask for a waiver; somebody else decides."),
    "not_your_petition": _("Only who made the petition can withdraw it."),
    "refusal_reason_given": _("Write why, so that the asker knows what to do next."),
    "new_date_needed": _("Give the new date."),
    "new_date_not_later": _("The deadline is already %(due)s. The new date has to be later."),
    "granted_later_than_asked": _(
        "The petition asks for %(asked)s. Give this date or an earlier one; a later one has to be "
        "asked for anew."
    ),
    "new_date_past": _("This date has passed. Give today (%(today)s) or a later one."),
    "new_date_outside_period": _(
        "The plan ends on %(end)s. Give a date within it, or ask the ministry to revise the plan."
    ),
    "photo_too_large": _("The photo is larger than %(megabytes)s MB. Send a smaller one."),
    "photo_too_many_pixels": _(
        "The photo has more than %(megapixels)s megapixels. Send a smaller one."
    ),
    "photo_unreadable": _(
        "“%(name)s” is neither a photo nor a PDF that can be opened. Send JPEG, PNG, HEIC, WEBP or "
        "PDF."
    ),
    "photo_other_format": _(
        "“%(name)s”: this is %(format)s. Photos are taken as JPEG, PNG, HEIC or WEBP, documents as "
        "PDF."
    ),
    "photo_too_many_scans": _(
        "“%(name)s” is built so that opening it would take minutes. Save it anew as a plain JPEG."
    ),
    "files_in_work": _(
        "A photo of this report is still being worked on. Send the report when it is attached, or "
        "call the work off."
    ),
    "photos_in_work": _(
        "A photo of this inspection is still being worked on. Close the inspection when it is "
        "attached, or call the work off."
    ),
    **FILES_AND_DOCUMENTS,
    # Inspections
    "inspection_due_on": _("Give a day from %(first)s on, within three years."),
    "inspector_not_here": _("%(name)s does not inspect this institution. Choose another person."),
    "inspector_reported": _("%(name)s wrote one of these reports. Choose another inspector."),
    "inspection_nothing_chosen": _("Choose at least one due date."),
    "inspection_too_many": _("More than %(limit)s inspections at once. Choose fewer."),
    "inspection_not_accepted": _(
        "Something here is no longer accepted, or is being inspected already. Open the list again."
    ),
    "sample_changed": _("What can be inspected has changed meanwhile. Look at the new sample."),
    "sample_empty": _("Nothing was accepted in this period that is still to be inspected."),
    "inspection_held_on": _("Give the day on which the inspection was held."),
    "inspection_too_early": _("The report came on %(date)s: it could not be inspected before."),
    "inspection_found": _("Write what was found."),
    "inspection_act_number": _("A visit has an act: give its number."),
    # Calendar
    "calendar_rows": _("%(count)s rows of the file are not clear, so nothing was taken."),
    "calendar_year": _("The calendar is kept for the years %(first)s to %(last)s."),
    # Incentives
    "bands_incomplete": _("The band table has a gap or an overlap at %(points)s points."),
    "no_scheme": _("No incentive scheme is valid on %(date)s. Add one first."),
    "unknown_quarter": _("Write the period as 2026Q1."),
    # The audit trail
    "chain_too_long": _(
        "The chain has %(count)s events. Check it with the command: manage.py verify_audit."
    ),
    # People
    "not_your_place": _("You do not work there any more. Choose another place."),
    "not_your_people": _("This is for the administrator of the organisation to do. Ask them."),
    "not_yourself": _("You cannot do this to yourself. Ask another administrator."),
    "address_taken": _("The address %(address)s is in use already. Check it, or use another."),
    "letters_changed": _(
        "Meanwhile these are other letters than you were shown. Look at their number once more."
    ),
    "letter_not_resendable": _("This letter is not one that can be sent again now."),
    "address_already_lifted": _("Letters to %(address)s are sent already: somebody was faster."),
    "organisation_closed": _("“%(name)s” is closed and takes no people."),
    "role_does_not_fit": _("“%(name)s” has no such role. Choose another role or organisation."),
    "role_held": _("%(name)s has this role already in these days. End it first."),
    "role_over": _("This role ended on %(date)s already. Open the page again."),
    "ends_before_start": _("The last day is before the first. Check both dates."),
    "second_leader": _("“%(place)s” has a director already: %(name)s. End that role first."),
    "person_inactive": _("%(name)s is deactivated. Reactivate them first."),
    "already_inactive": _("%(name)s is deactivated already. Open the page again."),
    "already_active": _("%(name)s is active already. Open the page again."),
    "nowhere_at_work": _("%(name)s has no role anywhere. Give a role first."),
    "no_address": _("%(name)s has no e-mail address. Enter one first."),
    "already_signed_in": _(
        "%(name)s has signed in already. A new password: “Forgotten the password?” at login."
    ),
    "invitation_over": _("The link no longer works. Ask your administrator for a new one."),
    "upload_over": _("The file is no longer kept, or is stored already. Choose it again."),
    "people_rows": _("%(count)s cells of the file are not clear, so nothing was stored."),
    "people_changed": _(
        "Somebody has changed organisations or people meanwhile. Look at the preview again."
    ),
    # Finding things
    "unknown_organisation": _("There is no organisation “%(name)s”. Check the name."),
    "ambiguous_organisation": _("Several organisations match “%(name)s”. Write the full name."),
}


def sentence(refusal: Refusal) -> str:
    """One sentence for a refusal in the active language; the code itself if it has no words."""
    template = SENTENCES.get(refusal.code)
    if template is None:
        return gettext("This cannot be done (%(code)s).") % {"code": refusal.code}
    values = dict(refusal.values)
    if refusal.code == "photo_other_format":
        values["format"] = format_words(str(values["format"]))
    if isinstance(parts := values.get("parts"), tuple):
        values["parts"] = proof_words(parts)
    if isinstance(lacks := values.get("lacks"), tuple):
        values |= {"lacks": lack_words(lacks), "measures": measure_words(lacks)}
    if isinstance(passed := values.get("passed"), tuple):
        values["passed"] = passed_words(passed)
    return str(template) % values
