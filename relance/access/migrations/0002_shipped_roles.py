from __future__ import annotations

from django.db import migrations

# product.md section 2: the shipped roles, the same level for every kind of element. ON CONFLICT: may run again.
SEED = """
INSERT INTO access_role (code, name_fr, name_en, is_administrator, manages_rights, manages_settings) VALUES
    ('manager', '', '', false, false, false),
    ('head', '', '', false, false, false),
    ('read_only', '', '', false, false, false),
    ('administrator', '', '', true, true, true)
ON CONFLICT (code) DO NOTHING;

INSERT INTO access_permission (role_id, kind, verb, level)
SELECT r.id, k.kind, v.verb, v.level
FROM (VALUES
    ('manager', 'read', 'own'), ('manager', 'add', 'own'), ('manager', 'update', 'own'),
    ('manager', 'delete', 'none'), ('manager', 'export', 'none'), ('manager', 'import', 'none'),
    ('head', 'read', 'subdepartments'), ('head', 'add', 'subdepartments'), ('head', 'update', 'subdepartments'),
    ('head', 'delete', 'own'), ('head', 'export', 'subdepartments'), ('head', 'import', 'none'),
    ('read_only', 'read', 'all'), ('read_only', 'add', 'none'), ('read_only', 'update', 'none'),
    ('read_only', 'delete', 'none'), ('read_only', 'export', 'none'), ('read_only', 'import', 'none')
) AS v (code, verb, level)
JOIN access_role r USING (code)
CROSS JOIN unnest(ARRAY['lead', 'deal', 'contact', 'company']) AS k (kind)
ON CONFLICT DO NOTHING;

INSERT INTO access_companysettings (id, default_role_id, deletion_needs_delete, open_to_all_by_default)
SELECT 1, id, false, false FROM access_role WHERE code = 'manager' ON CONFLICT DO NOTHING;

INSERT INTO access_roleassignment (role_id, with_below, every_head, everybody)
SELECT id, false, true, false FROM access_role WHERE code = 'head' ON CONFLICT DO NOTHING;
"""

CHECK = """
ALTER TABLE access_roleassignment ADD CONSTRAINT assignment_to_exactly_one CHECK (
    (user_id IS NOT NULL)::int + (department_id IS NOT NULL)::int + (group_id IS NOT NULL)::int
    + every_head::int + everybody::int = 1
    AND (department_id IS NOT NULL OR NOT with_below)
);

CREATE FUNCTION access_keep_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.code = 'administrator' AND (TG_OP = 'DELETE' OR NEW.code IS DISTINCT FROM OLD.code OR NOT NEW.is_administrator) THEN
        RAISE EXCEPTION 'the role of the administrators is fixed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'role_administrator_fixed';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER role_administrator_fixed BEFORE UPDATE OR DELETE ON access_role
    FOR EACH ROW EXECUTE FUNCTION access_keep_administrator();
"""

UNDO = """
DROP TRIGGER role_administrator_fixed ON access_role;
DROP FUNCTION access_keep_administrator();
ALTER TABLE access_roleassignment DROP CONSTRAINT assignment_to_exactly_one;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_tables")]
    operations = [
        migrations.RunSQL(CHECK, UNDO),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
    ]
