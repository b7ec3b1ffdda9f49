"""The open activities of an element in order: the next one of each row of a list, and whether there is any."""

from __future__ import annotations

from django.db import migrations

INDEX = """
CREATE INDEX binding_element_open ON activities_binding (element_id, due_at, activity_id)
    WHERE NOT is_completed AND NOT element_deleted AND NOT activity_deleted;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0005_reminders")]
    operations = [migrations.RunSQL(INDEX, migrations.RunSQL.noop)]
