"""Addresses of notifications."""

from django.urls import URLPattern, path

from notifications.views import letters, notices, reports, sweeps

urlpatterns: list[URLPattern] = [
    path("messages/", notices.notices, name="messages"),
    path("messages/read/", notices.read_shown, name="notices-read"),
    path("messages/<int:pk>/read/", notices.read, name="notice-read"),
    path("messages/letters/", letters.own_letters, name="own-letters"),
    path("mail/", letters.mail, name="mail"),
    path("mail/<int:letter_id>/", letters.letter, name="letter"),
    path("mail/<int:letter_id>/html/", letters.letter_html, name="letter-html"),
    path("hooks/mail/", reports.mail_reports, name="mail-reports"),
    path("system/", sweeps.work, name="work"),
    path("system/clock/", sweeps.clock_is_right, name="clock-confirm"),
]
