from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("access", "0003_roles_kept")]

    operations = [
        migrations.AddField(
            "companysettings", "counts_by_element", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField("companysettings", "due_soon_minutes", models.SmallIntegerField(default=15, db_default=15)),
        migrations.AddConstraint(
            "companysettings",
            models.CheckConstraint(
                name="company_due_soon_within_a_week", condition=Q(due_soon_minutes__range=(0, 10080))
            ),
        ),
    ]
