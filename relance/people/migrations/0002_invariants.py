from __future__ import annotations

from django.db import migrations

INVARIANTS = """
ALTER TABLE people_department ADD CONSTRAINT department_head_is_member
    FOREIGN KEY (id, head_id) REFERENCES people_membership (department_id, user_id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION people_refuse_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT parent_id FROM people_department WHERE id = NEW.parent_id
            UNION
            SELECT d.parent_id FROM people_department d JOIN above ON d.id = above.parent_id
        )
        SELECT FROM above WHERE parent_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a department may not be below itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'department_tree';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER department_tree AFTER INSERT OR UPDATE OF parent_id ON people_department
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION people_refuse_cycle();
"""

UNDO = """
DROP TRIGGER department_tree ON people_department;
DROP FUNCTION people_refuse_cycle();
ALTER TABLE people_department DROP CONSTRAINT department_head_is_member;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_tables")]
    operations = [migrations.RunSQL(INVARIANTS, UNDO)]
