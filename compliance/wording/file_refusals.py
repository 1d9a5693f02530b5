"""The words of refusals about files, long work and documents; part of `refusals`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILES_AND_DOCUMENTS: dict[str, str | Promise] = {
    # Files read within bounds, and jobs
    "takes_too_long": _("Reading “%(name)s” takes too long. Make the file smaller or split it."),
    "takes_too_much_memory": _(
        "“%(name)s” needs more memory than one file is given. Make it smaller or save it anew."
    ),
    "reader_fell": _("“%(name)s” could not be read to its end. Open it, save it anew and send it."),
    "jobs_too_many": _("You have %(limit)s jobs running. Wait until some have ended."),
    "not_your_job": _("Only the person who asked for this job can cancel it."),
    "job_without_file": _("This work has no file. Open its page to see what came of it."),
    "export_roles_changed": _(
        "Your roles have changed since this file was made. Ask for the list again."
    ),
    "filter_empty": _("Choose a filter first: there is nothing to save yet."),
    "filter_too_long": _("The filter is too long to save. Shorten the words to look for."),
    "filters_too_many": _("You keep %(limit)s filters of this list. Delete one first."),
    "export_too_long": _(
        "The list has %(count)s rows, and a file takes %(most)s at most. Narrow it by a filter."
    ),
    "sheets_overtaken": _(
        "Meanwhile somebody else has calculated these sheets: theirs are later, so they stay."
    ),
    "job_owner_left": _("Whoever asked for this no longer has access."),
    "job_ended": _("This work has already ended. Open the page again."),
    "job_is_ending": _(
        "The work is storing its result at this moment and can no longer be called off."
    ),
    "job_fell": _(
        "The work was begun several times and did not come to its end. Tell the support."
    ),
    "photo_repeated": _("“%(name)s” is already attached to this report."),
    "photo_limit": _("At most %(limit)s files can be attached here."),
    "document_too_large": _("The document is larger than %(megabytes)s MB. Send a smaller one."),
    "document_cut_off": _(
        "“%(name)s” has not arrived whole. Open it, save it anew and send again."
    ),
    "file_empty": _("“%(name)s” is empty. Choose another file."),
    "another_file": _("“%(name)s” has changed since it was chosen. Choose it again."),
    "part_too_large": _("“%(name)s” could not be sent in parts. Choose it again."),
    "too_many_on_the_way": _(
        "%(limit)s of your files have not arrived whole yet. Wait for them, or take some away."
    ),
    "too_much_on_the_way": _(
        "Your files that have not arrived whole yet take more than %(megabytes)s MB. Wait for them,"
        " or take some away."
    ),
    # Documents
    "file_unreadable": _("The file %(path)s cannot be opened: %(reason)s."),
    "too_large": _("The file is larger than the %(limit)s bytes that are taken. Split it."),
    "too_much_text": _("The document has more than %(characters)s characters. Split it."),
    "unpacked_too_large": _("The file unpacks to more than %(limit)s bytes. Save it anew."),
    "cell_too_long": _("A cell has more than %(characters)s characters. Split it into several."),
    "too_many_cells": _("The table has too many cells. Keep only the plan's own sheet."),
    "empty_file": _("The file is empty. Choose another one."),
    "too_many_pages": _("The document has more than %(limit)s pages. Split it."),
    "unknown_format": _("This format is not read. Save it as .docx, .xlsx or .pdf."),
    "legacy_format": _("This is an old format of Office. Save it as .docx or .xlsx."),
    "needs_office": _("A .%(format)s file cannot be read here. Save it as .docx or .xlsx."),
    "encrypted": _("The file is locked with a password. Save it without one."),
    "no_text_layer": _(
        "This is a picture or a scan without text. Recognise its text, or take the original file."
    ),
    "workbook_needed": _("Lists are read from Excel workbooks. Save this one as .xlsx."),
    "macros": _("The file carries macros and is not taken. Save it without them."),
    "damaged_file": _("The file is damaged. Open it in its program and save it anew."),
    "not_text": _("The file is not text. Save it as UTF-8 text."),
    "no_table": _("There is no table of measures or of a rating in this document."),
    "not_supported_yet": _("An execution report is recognised but cannot be stored yet."),
    "no_measures": _("The table has no measures. Check that its columns have headings."),
    "no_institutions": _("The rating names no institutions. Check that its columns have headings."),
    "unexpected_kind": _("The document is read as “%(found)s”, not as “%(expected)s”."),
    "only_plans_adopted": _("Only a plan can be taken over. Import a rating without --adopt."),
    "period_missing": _(
        "The document names no year. Give the year (for the command: --year 2026)."
    ),
    "organisation_needed": _("It is not clear whose document this is. Give --organization NAME."),
    "council_has_no_plan": _(
        "“%(name)s” is a council and has no plan of its own. Name an institution or a ministry."
    ),
    "source_altered": _(
        "The kept file “%(name)s” is not the one that was imported: its digest differs. Tell your "
        "administrator."
    ),
    "already_imported": _(
        "This file has already been imported: plan “%(title)s”. Open it in the list of plans."
    ),
    "text_too_long": _(
        "Line %(line)s: a cell has more than the %(limit)s characters that are held. Shorten it."
    ),
    "rating_needs_ministry": _(
        "A rating belongs to a ministry, and “%(name)s” is none. Give --organization NAME."
    ),
    "rating_incomplete": _(
        "Line %(line)s: “%(name)s” has no score or place that can be stored. Fill it in."
    ),
    "rating_repeats": _("Line %(line)s: “%(name)s” is in the rating twice. Keep one row."),
}
