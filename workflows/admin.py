"""viewflow registers its own tables for the admin; ours are reached through the inbox alone."""

from django.contrib import admin
from viewflow.workflow.models import Process, Task

for model in (Process, Task):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
