import django.db.models.deletion
import django.utils.timezone
import viewflow.workflow.fields
import viewflow.workflow.token
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('compliance', '0001_initial'),
        ('compliance', '__first__'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flow_class', viewflow.workflow.fields.FlowReferenceField(max_length=250, verbose_name='Flow')),
                ('status', models.CharField(choices=[('CANCELED', 'Canceled'), ('DONE', 'Done'), ('NEW', 'New')], default='NEW', max_length=50, verbose_name='Status')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Created')),
                ('finished', models.DateTimeField(blank=True, null=True, verbose_name='Finished')),
                ('last_outcome', models.CharField(blank=True, max_length=30)),
                ('data', models.JSONField(blank=True, default=dict)),
                ('inspection', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='process', to='compliance.inspection')),
                ('petition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.petition')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.plan')),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.executionreport')),
                ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.revision')),
            ],
            options={
                'verbose_name': 'process',
                'verbose_name_plural': 'processes',
                'default_permissions': ('add', 'change', 'delete', 'view', 'manage'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('petition__isnull', True), ('report__isnull', True), ('status', 'NEW')), fields=('flow_class', 'plan'), name='process_one_running_for_a_plan'), models.UniqueConstraint(condition=models.Q(('report__isnull', False), ('status', 'NEW')), fields=('flow_class', 'report'), name='process_one_running_for_a_report'), models.UniqueConstraint(condition=models.Q(('petition__isnull', False), ('status', 'NEW')), fields=('flow_class', 'petition'), name='process_one_running_for_a_petition')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flow_task', viewflow.workflow.fields.TaskReferenceField(max_length=255, verbose_name='Task')),
                ('flow_task_type', models.CharField(max_length=50, verbose_name='Type')),
                ('status', models.CharField(choices=[('ASSIGNED', 'Assigned'), ('CANCELED', 'Canceled'), ('DONE', 'Done'), ('ERROR', 'Error'), ('NEW', 'New'), ('REVIVED', 'Revived'), ('SCHEDULED', 'Scheduled'), ('STARTED', 'Started')], db_index=True, default='NEW', max_length=50, verbose_name='Status')),
                ('created', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='Created')),
                ('assigned', models.DateTimeField(blank=True, null=True, verbose_name='Assigned')),
                ('started', models.DateTimeField(blank=True, null=True, verbose_name='Started')),
                ('finished', models.DateTimeField(blank=True, null=True, verbose_name='Finished')),
                ('scheduled', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='Scheduled')),
                ('token', viewflow.workflow.fields.TokenField(default=viewflow.workflow.token.Token('start'), max_length=150, verbose_name='Token')),
                ('external_task_id', models.CharField(blank=True, db_index=True, max_length=50, null=True, verbose_name='External Task ID')),
                ('owner_permission', models.CharField(blank=True, max_length=255, null=True, verbose_name='Permission')),
                ('owner_permission_obj_pk', models.CharField(blank=True, max_length=255, null=True)),
                ('role', models.CharField(blank=True, choices=[('executor', 'Responsible executor'), ('director', 'Director of the institution'), ('coordinator', 'Coordinator'), ('inspector', 'Inspector'), ('head', 'Head of the authority'), ('council', 'Member of the public council'), ('hr', 'Personnel and bonuses'), ('administrator', 'Administrator')], max_length=20, verbose_name='whose turn')),
                ('note', models.TextField(blank=True)),
                ('due_on', models.DateField(null=True, verbose_name='due on')),
                ('outcome', models.CharField(blank=True, max_length=30, verbose_name='outcome')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('data', models.JSONField(blank=True, default=dict)),
                ('delegated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('note_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.organisation')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('owner_permission_content_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('previous', models.ManyToManyField(related_name='leading', to='workflows.task', verbose_name='Previous')),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='workflows.process')),
            ],
            options={
                'verbose_name': 'task',
                'verbose_name_plural': 'tasks',
                'ordering': ['-created'],
                'indexes': [models.Index(models.F('owner'), models.OrderBy(models.F('created'), descending=True), models.F('id'), condition=models.Q(('status', 'ASSIGNED')), name='task_mine'), models.Index(condition=models.Q(('flow_task_type', 'HUMAN'), ('status', 'NEW')), fields=['role', 'due_on'], name='task_queue'), models.Index(condition=models.Q(('finished__isnull', True)), fields=['role', 'due_on', 'id'], name='task_open_by_role'), models.Index(condition=models.Q(('finished__isnull', True)), fields=['owner', 'due_on', 'id'], name='task_open_by_owner')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('flow_task_type', 'HUMAN'), ('status__in', ['NEW', 'ASSIGNED', 'STARTED'])), fields=('process', 'flow_task'), name='task_one_open_at_a_step'), models.CheckConstraint(condition=models.Q(models.Q(('flow_task_type', 'HUMAN'), _negated=True), models.Q(('organisation__isnull', False), models.Q(('role', ''), _negated=True)), _connector='OR'), name='task_human_has_a_queue')],
            },
        ),
    ]
