from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lists", "0003_saved_filters_kept")]

    operations = [
        migrations.AddField("listsettings", "density", models.TextField(blank=True)),
        migrations.AddField("listsettings", "widths", models.JSONField(default=dict)),
        migrations.AlterField("listsettings", "columns", models.JSONField(default=list)),
    ]
