"""viewflow would put its tables into the admin, past the engine; they are taken out again."""

from django.contrib import admin
from viewflow.workflow import admin as registers_them_here
from viewflow.workflow.models import Process, Task

assert registers_them_here
admin.site.unregister([Process, Task])
