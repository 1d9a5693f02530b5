"""Addresses of compliance."""

from django.urls import URLPattern, path

from compliance.views import display, public

urlpatterns: list[URLPattern] = [
    path("display/", display.display, name="display"),
    path("help/", public.help_page, name="help"),
    path("public/", public.public_plans, name="public-plans"),
    path("public/<int:plan_id>/", public.public_plan, name="public-plan"),
]
