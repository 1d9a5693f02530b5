from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0002_delegation'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('finished__isnull', True)), fields=['role', 'due_on', 'id'], name='task_open_by_role'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('finished__isnull', True)), fields=['owner', 'due_on', 'id'], name='task_open_by_owner'),
        ),
    ]
