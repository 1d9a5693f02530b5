"""viewflow registers its tables for the admin, beside the engine; the inbox alone reaches them."""

from django.contrib import admin
from viewflow.workflow import admin as registers_them_here
from viewflow.workflow.models import Process, Task

assert registers_them_here
admin.site.unregister([Process, Task])
