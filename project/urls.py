"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("workflows.urls")),
    path("", include("compliance.urls")),
    path("", include("notifications.urls")),
]
