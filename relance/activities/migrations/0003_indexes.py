from __future__ import annotations

from django.db import migrations

# Every list of activities is read from one of these, in order and without touching a table (docs/architecture.md).
# open/done: the two halves of the table, each in its own order; "live" is part of every predicate.
INDEXES = """
CREATE INDEX binding_element ON activities_binding (element_id, completed_at, activity_id);

CREATE INDEX binding_owner_open ON activities_binding (kind, element_responsible_id, due_at, activity_id)
    INCLUDE (pipeline_id, stage_id, activity_responsible_id) WHERE NOT is_completed AND NOT element_deleted AND NOT activity_deleted;
CREATE INDEX binding_owner_done ON activities_binding (kind, element_responsible_id, completed_at, activity_id)
    INCLUDE (pipeline_id, stage_id) WHERE is_completed AND NOT element_deleted AND NOT activity_deleted;

CREATE INDEX binding_public_open ON activities_binding (kind, due_at, activity_id)
    INCLUDE (pipeline_id, stage_id) WHERE is_open_to_all AND NOT is_completed AND NOT element_deleted AND NOT activity_deleted;
CREATE INDEX binding_public_done ON activities_binding (kind, completed_at, activity_id)
    INCLUDE (pipeline_id, stage_id) WHERE is_open_to_all AND is_completed AND NOT element_deleted AND NOT activity_deleted;

CREATE INDEX binding_whose_open ON activities_binding (activity_responsible_id, due_at, activity_id)
    INCLUDE (kind, element_responsible_id, is_open_to_all, pipeline_id, stage_id)
    WHERE NOT is_completed AND NOT element_deleted AND NOT activity_deleted;
CREATE INDEX binding_whose_done ON activities_binding (activity_responsible_id, completed_at, activity_id)
    INCLUDE (kind, element_responsible_id, is_open_to_all, pipeline_id, stage_id)
    WHERE is_completed AND NOT element_deleted AND NOT activity_deleted;

CREATE INDEX binding_all_open ON activities_binding (due_at, activity_id)
    INCLUDE (kind, element_responsible_id, is_open_to_all, pipeline_id, stage_id, activity_responsible_id)
    WHERE NOT is_completed AND NOT element_deleted AND NOT activity_deleted;
CREATE INDEX binding_all_done ON activities_binding (completed_at, activity_id)
    INCLUDE (kind, element_responsible_id, is_open_to_all, pipeline_id, stage_id)
    WHERE is_completed AND NOT element_deleted AND NOT activity_deleted;

CREATE INDEX activity_open ON activities_activity (due_at, id) WHERE NOT is_completed AND deleted_at IS NULL;
CREATE INDEX activity_done ON activities_activity (completed_at, id) WHERE is_completed AND deleted_at IS NULL;
CREATE INDEX activity_waiting ON activities_activity (responsible_id, created_at, id)
    WHERE is_incoming AND NOT is_completed AND deleted_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_copies")]
    operations = [migrations.RunSQL(INDEXES, migrations.RunSQL.noop)]
