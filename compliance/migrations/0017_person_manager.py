from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0016_no_single_party'),
    ]

    operations = [
        migrations.AlterModelManagers(
            name='user',
            managers=[
            ],
        ),
    ]
