import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('compliance', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='SweepRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='sweep')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='last ended well')),
                ('took', models.DurationField(blank=True, null=True, verbose_name='took')),
                ('counts', models.JSONField(blank=True, default=dict, verbose_name='counts')),
                ('alive_at', models.DateTimeField(blank=True, null=True, verbose_name='last sign of life')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='last failed')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='error')),
            ],
            options={
                'verbose_name': 'record of a sweep',
                'verbose_name_plural': 'records of sweeps',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ClockRecord',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('believed_until', models.DateTimeField()),
                ('read_at', models.DateTimeField()),
                ('boot', models.CharField(blank=True, max_length=64)),
                ('uptime', models.DurationField()),
            ],
            options={
                'verbose_name': 'record of the clock',
                'verbose_name_plural': 'records of the clock',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='clock_record_only_one')],
            },
        ),
        migrations.CreateModel(
            name='ClockStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField(verbose_name='said at')),
                ('believed_until', models.DateTimeField(verbose_name='believed until then')),
                ('said_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='said by')),
            ],
            options={
                'verbose_name': 'statement about the clock',
                'verbose_name_plural': 'statements about the clock',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'E-mail')], default='email', max_length=20, verbose_name='channel')),
                ('day', models.DateField(verbose_name='day')),
                ('time_zone', models.CharField(max_length=50)),
                ('state', models.CharField(choices=[('waiting', 'Waiting to be sent'), ('claimed', 'Being sent'), ('temporary', 'Will be tried again'), ('accepted', 'Sent'), ('permanent', 'Not delivered'), ('unknown', 'Not known whether it arrived'), ('skipped', 'Not needed any more')], default='waiting', max_length=20, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('not_waiting', 'it no longer waits for a report'), ('not_executed', 'the plan is no longer being executed'), ('not_responsible', 'another person is responsible now'), ('begun', 'work on it has begun'), ('deadline_moved', 'the date has been moved'), ('task_done', 'the task is already done'), ('outdated', 'it is no longer news'), ('gone', 'it is no longer there'), ('nothing_left', 'nothing was left to remind of'), ('person_inactive', 'the person no longer works here'), ('no_address', 'the person has no e-mail address'), ('address_suspended', 'letters to this address came back'), ('refused', 'the mail server refused it'), ('returned', 'it came back'), ('tried_often', 'given up after several tries'), ('connection_lost', 'the connection broke before the answer came'), ('sender_died', 'the sending program stopped before it noted the answer')], max_length=20, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('next_try_at', models.DateTimeField(verbose_name='next try')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('sending_since', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('address', models.CharField(blank=True, max_length=254, verbose_name='address')),
                ('message_id', models.CharField(blank=True, max_length=200, verbose_name='Message-ID')),
                ('provider_id', models.CharField(blank=True, max_length=200, verbose_name="provider's number")),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('html', models.TextField(blank=True)),
                ('branch', models.CharField(blank=True, db_index=True, editable=False, max_length=200)),
                ('resent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent again at')),
                ('addressee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to=settings.AUTH_USER_MODEL, verbose_name='addressee')),
                ('resent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent again by')),
                ('resent_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in the name of')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['-day', '-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'temporary'])), fields=['next_try_at', 'id'], name='message_ready'), models.Index(condition=models.Q(('state', 'claimed')), fields=['lease_until'], name='message_on_lease'), models.Index(fields=['addressee', '-day', '-id'], name='message_by_addressee'), models.Index(fields=['-day', '-id'], name='message_latest_first')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'skipped'), _negated=True), fields=('addressee', 'channel', 'day'), name='message_one_a_day'), models.UniqueConstraint(condition=models.Q(('message_id', ''), _negated=True), fields=('message_id',), name='message_id_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('claim__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='message_claimed_on_lease'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['accepted', 'permanent', 'skipped', 'unknown'])), models.Q(models.Q(('state__in', ['accepted', 'permanent', 'skipped', 'unknown']), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='message_final_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['permanent', 'unknown', 'skipped']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='message_not_sent_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), ('sending_since__isnull', False), _connector='OR', _negated=True), models.Q(('text', ''), ('address', ''), ('message_id', ''), _connector='OR', _negated=True), _connector='OR'), name='message_sent_is_kept')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('began_at', models.DateTimeField(verbose_name='began at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('outcome', models.CharField(choices=[('waiting', 'Waiting to be sent'), ('claimed', 'Being sent'), ('temporary', 'Will be tried again'), ('accepted', 'Sent'), ('permanent', 'Not delivered'), ('unknown', 'Not known whether it arrived'), ('skipped', 'Not needed any more')], default='unknown', max_length=20, verbose_name='outcome')),
                ('error', models.TextField(blank=True, verbose_name='answer')),
                ('refuses_address', models.BooleanField(default=False)),
                ('provider_id', models.CharField(blank=True, max_length=200)),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered at')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='came back at')),
                ('complained_at', models.DateTimeField(blank=True, null=True, verbose_name='reported as unwanted at')),
                ('report', models.TextField(blank=True, verbose_name='report')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='notifications.message')),
            ],
            options={
                'verbose_name': 'try to deliver',
                'verbose_name_plural': 'tries to deliver',
                'ordering': ['began_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='attempt_by_provider_id')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['accepted', 'temporary', 'permanent', 'unknown'])), name='attempt_has_an_outcome')],
            },
        ),
        migrations.CreateModel(
            name='AddressSuspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, verbose_name='address')),
                ('cause', models.CharField(choices=[('returned', 'a letter came back'), ('refused', 'its server refused two letters in a row'), ('complained', 'a letter was reported as unwanted')], max_length=20, verbose_name='cause')),
                ('words', models.TextField(blank=True, verbose_name='answer')),
                ('began_at', models.DateTimeField(verbose_name='since')),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='lifted at')),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='addressee')),
                ('letter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.message')),
            ],
            options={
                'verbose_name': 'suspended address',
                'verbose_name_plural': 'suspended addresses',
                'ordering': ['-began_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('told_at__isnull', True)), fields=['id'], name='suspension_to_be_told')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('address',), name='suspension_standing_once')],
            },
        ),
        migrations.CreateModel(
            name='ReminderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(default='occurrence', max_length=40, verbose_name='what about')),
                ('offset', models.SmallIntegerField(help_text='Before the due date negative, after it positive.', verbose_name='working days')),
                ('who', models.CharField(choices=[('executor', 'Responsible executor'), ('director', 'Director of the institution'), ('ministry', 'Ministry'), ('owner', 'Whose turn it is'), ('superior', 'Director or coordinator above them'), ('concerned', 'Whom it concerns')], max_length=20, verbose_name='whom')),
                ('repeat_every', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='then every so many working days')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('unless_begun', models.BooleanField(default=False, help_text='No report, be it a draft, no files, and no word of the course of work.', verbose_name='only where nothing has been begun')),
            ],
            options={
                'verbose_name': 'step of the reminder schedule',
                'verbose_name_plural': 'reminder schedule',
                'ordering': ['subject_kind', 'offset', 'who'],
                'constraints': [models.UniqueConstraint(fields=('subject_kind', 'offset', 'who'), name='reminder_step_once'), models.CheckConstraint(condition=models.Q(('repeat_every__isnull', True), models.Q(('offset__gte', 1), ('repeat_every__gte', 1)), _connector='OR'), name='reminder_step_repeats_when_overdue'), models.CheckConstraint(condition=models.Q(('unless_begun', False), models.Q(('offset__lt', 0), ('subject_kind', 'occurrence'), ('who', 'director')), _connector='OR'), name='reminder_step_unless_begun')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('channel', models.CharField(choices=[('email', 'E-mail')], default='email', max_length=20)),
                ('deadline_revision', models.PositiveIntegerField(default=1)),
                ('due_on', models.DateField(verbose_name='due on')),
                ('planned_at', models.DateTimeField(verbose_name='planned at')),
                ('state', models.CharField(choices=[('waiting', 'Waiting to be sent'), ('claimed', 'Being sent'), ('temporary', 'Will be tried again'), ('accepted', 'Sent'), ('permanent', 'Not delivered'), ('unknown', 'Not known whether it arrived'), ('skipped', 'Not needed any more')], default='waiting', max_length=20, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('not_waiting', 'it no longer waits for a report'), ('not_executed', 'the plan is no longer being executed'), ('not_responsible', 'another person is responsible now'), ('begun', 'work on it has begun'), ('deadline_moved', 'the date has been moved'), ('task_done', 'the task is already done'), ('outdated', 'it is no longer news'), ('gone', 'it is no longer there'), ('nothing_left', 'nothing was left to remind of'), ('person_inactive', 'the person no longer works here'), ('no_address', 'the person has no e-mail address'), ('address_suspended', 'letters to this address came back'), ('refused', 'the mail server refused it'), ('returned', 'it came back'), ('tried_often', 'given up after several tries'), ('connection_lost', 'the connection broke before the answer came'), ('sender_died', 'the sending program stopped before it noted the answer')], max_length=20, verbose_name='reason')),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('addressee', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='notifications.message')),
                ('step', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.reminderstep')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('message__isnull', True), ('state', 'waiting')), fields=['addressee', 'channel'], name='reminder_loose'), models.Index(condition=models.Q(('read_at__isnull', True), models.Q(models.Q(('state', 'skipped'), _negated=True), ('reason__in', ['address_suspended', 'no_address']), _connector='OR')), fields=['addressee', 'subject_kind', 'subject_id'], name='reminder_unread'), models.Index(condition=models.Q(('read_at__isnull', False), models.Q(models.Q(('state', 'skipped'), _negated=True), ('reason__in', ['address_suspended', 'no_address']), _connector='OR')), fields=['addressee', 'subject_kind', 'subject_id'], name='reminder_read')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reason__in', ['not_executed', 'not_responsible', 'not_waiting']), ('state', 'skipped'), _negated=True), fields=('subject_id', 'addressee', 'step', 'sequence', 'deadline_revision', 'channel', 'subject_kind'), name='reminder_once'), models.CheckConstraint(condition=models.Q(models.Q(('message__isnull', False), ('state__in', ['accepted', 'permanent', 'skipped', 'unknown', 'temporary'])), ('state', 'waiting'), _connector='OR'), name='reminder_ends_in_a_letter'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'skipped'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reminder_skipped_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='SecretLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, verbose_name='address')),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('provider_id', models.CharField(blank=True, max_length=200)),
                ('began_at', models.DateTimeField(verbose_name='began at')),
                ('outcome', models.CharField(choices=[('waiting', 'Waiting to be sent'), ('claimed', 'Being sent'), ('temporary', 'Will be tried again'), ('accepted', 'Sent'), ('permanent', 'Not delivered'), ('unknown', 'Not known whether it arrived'), ('skipped', 'Not needed any more')], default='unknown', max_length=20, verbose_name='outcome')),
                ('refuses_address', models.BooleanField(default=False)),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='came back at')),
                ('complained_at', models.DateTimeField(blank=True, null=True, verbose_name='reported as unwanted at')),
                ('report', models.TextField(blank=True, verbose_name='report')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='addressee')),
            ],
            options={
                'verbose_name': 'letter with a secret',
                'verbose_name_plural': 'letters with a secret',
                'indexes': [models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='secret_letter_by_provider_id'), models.Index(fields=['person', 'began_at'], name='secret_letter_of_person')],
            },
        ),
    ]
