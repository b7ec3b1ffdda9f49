from __future__ import annotations

from django.db import migrations, models

# Who holds which role, through which assignment: the one place where this is said.
HOLDERS = """
CREATE VIEW access_holder AS
WITH RECURSIVE tree AS (
    SELECT id AS root, id AS node FROM people_department
    UNION ALL
    SELECT tree.root, d.id FROM people_department d JOIN tree ON d.parent_id = tree.node
)
SELECT a.id AS assignment_id, a.role_id, a.user_id FROM access_roleassignment a WHERE a.user_id IS NOT NULL
UNION ALL
SELECT a.id, a.role_id, u.id FROM access_roleassignment a CROSS JOIN people_user u WHERE a.everybody
UNION ALL
SELECT a.id, a.role_id, h.id FROM access_roleassignment a CROSS JOIN people_user h
WHERE a.every_head AND EXISTS (SELECT FROM people_department d WHERE d.head_id = h.id)
UNION ALL
SELECT a.id, a.role_id, g.user_id FROM access_roleassignment a JOIN access_group_members g ON g.group_id = a.group_id
UNION ALL
SELECT a.id, a.role_id, m.user_id FROM access_roleassignment a JOIN people_membership m ON m.department_id = a.department_id
WHERE NOT a.with_below
UNION ALL
SELECT DISTINCT a.id, a.role_id, m.user_id FROM access_roleassignment a
JOIN tree ON tree.root = a.department_id JOIN people_membership m ON m.department_id = tree.node
WHERE a.with_below;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_shipped_roles"), ("people", "0002_invariants")]
    operations = [
        migrations.AddField("role", "version", models.IntegerField(default=1, db_default=1)),
        migrations.RunSQL(HOLDERS, "DROP VIEW access_holder"),
    ]
