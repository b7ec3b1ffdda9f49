from __future__ import annotations

from django.db import migrations

DUE = """
-- The first instant of a calendar day in a zone, also where midnight does not exist or comes twice.
CREATE FUNCTION activities_day_starts(day date, zone text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    instant timestamptz := day::timestamp AT TIME ZONE zone;
BEGIN
    IF ((instant - interval '1 hour') AT TIME ZONE zone)::date = day THEN
        RETURN instant - interval '1 hour';
    END IF;
    RETURN instant;
END $$;

-- product.md section 3, "When it is due": deadline, else the day after a date alone, else the start of a slot-only type.
CREATE FUNCTION activities_compute_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    zone text := (SELECT time_zone FROM people_user WHERE id = NEW.responsible_id);
    slot_only boolean := (SELECT times = 'slot' FROM activities_activitytype WHERE id = NEW.type_id);
    due timestamptz;
    day date;
BEGIN
    IF NEW.deadline_at IS NOT NULL THEN
        due := NEW.deadline_at;
        day := (NEW.deadline_at AT TIME ZONE zone)::date;
    ELSIF NEW.deadline_on IS NOT NULL THEN
        due := activities_day_starts(NEW.deadline_on + 1, zone);
        day := NEW.deadline_on;
    ELSIF slot_only AND NEW.start_at IS NOT NULL THEN
        due := NEW.start_at;
        day := (NEW.start_at AT TIME ZONE zone)::date;
    ELSIF slot_only AND NEW.start_on IS NOT NULL THEN
        due := activities_day_starts(NEW.start_on + 1, zone);
        day := NEW.start_on;
    END IF;
    NEW.due_at := coalesce(due, '9999-12-31T00:00:00Z');
    NEW.deadline_day := day;
    RETURN NEW;
END $$;
CREATE TRIGGER activity_due BEFORE INSERT OR UPDATE OF type_id, responsible_id, deadline_at, deadline_on, start_at, start_on
    ON activities_activity FOR EACH ROW EXECUTE FUNCTION activities_compute_due();

CREATE FUNCTION activities_follow_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_activity SET responsible_id = responsible_id WHERE responsible_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER user_zone_moves_deadlines AFTER UPDATE OF time_zone ON people_user
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION activities_follow_zone();
"""

COPIES = """
-- A new binding takes its copies under a share lock on both rows: a foreign key's lock would let a concurrent change
-- of responsible commit unseen, and the copy would keep rights that the source has lost.
CREATE FUNCTION activities_fill_binding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT kind, pipeline_id, stage_id, responsible_id, is_open_to_all, deleted_at IS NOT NULL
        INTO NEW.kind, NEW.pipeline_id, NEW.stage_id, NEW.element_responsible_id, NEW.is_open_to_all, NEW.element_deleted
        FROM crm_element WHERE id = NEW.element_id FOR SHARE;
    SELECT responsible_id, is_completed, due_at, completed_at, deleted_at IS NOT NULL
        INTO NEW.activity_responsible_id, NEW.is_completed, NEW.due_at, NEW.completed_at, NEW.activity_deleted
        FROM activities_activity WHERE id = NEW.activity_id FOR SHARE;
    RETURN NEW;
END $$;
CREATE TRIGGER binding_copies BEFORE INSERT ON activities_binding FOR EACH ROW EXECUTE FUNCTION activities_fill_binding();

CREATE FUNCTION activities_keep_binding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a binding never moves' USING ERRCODE = 'check_violation', CONSTRAINT = 'binding_kept';
END $$;
CREATE TRIGGER binding_kept BEFORE UPDATE OF activity_id, element_id ON activities_binding
    FOR EACH ROW WHEN (OLD.activity_id <> NEW.activity_id OR OLD.element_id <> NEW.element_id)
    EXECUTE FUNCTION activities_keep_binding();

CREATE FUNCTION activities_copy_element() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_binding b SET
        pipeline_id = n.pipeline_id, stage_id = n.stage_id, element_responsible_id = n.responsible_id,
        is_open_to_all = n.is_open_to_all, element_deleted = n.deleted_at IS NOT NULL
    FROM after n JOIN before o USING (id)
    WHERE b.element_id = n.id
        AND (n.pipeline_id, n.stage_id, n.responsible_id, n.is_open_to_all, n.deleted_at IS NULL)
            IS DISTINCT FROM (o.pipeline_id, o.stage_id, o.responsible_id, o.is_open_to_all, o.deleted_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER element_copied AFTER UPDATE ON crm_element REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_copy_element();

CREATE FUNCTION activities_copy_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_binding b SET
        activity_responsible_id = n.responsible_id, is_completed = n.is_completed, due_at = n.due_at,
        completed_at = n.completed_at, activity_deleted = n.deleted_at IS NOT NULL
    FROM after n JOIN before o USING (id)
    WHERE b.activity_id = n.id
        AND (n.responsible_id, n.is_completed, n.due_at, n.completed_at, n.deleted_at IS NULL)
            IS DISTINCT FROM (o.responsible_id, o.is_completed, o.due_at, o.completed_at, o.deleted_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER activity_copied AFTER UPDATE ON activities_activity REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_copy_activity();
"""

BINDINGS = """
CREATE UNIQUE INDEX binding_main_once ON activities_binding (activity_id) WHERE is_main;

CREATE FUNCTION activities_require_bindings(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    bindings integer;
    mains integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE is_main) INTO bindings, mains FROM activities_binding WHERE activity_id = checked;
    IF (bindings NOT BETWEEN 1 AND 100 OR mains <> 1) AND EXISTS (SELECT FROM activities_activity WHERE id = checked) THEN
        RAISE EXCEPTION 'activity % has % bindings, % of them main; it needs 1 to 100, and exactly one main', checked, bindings, mains
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_bindings';
    END IF;
END $$;
CREATE FUNCTION activities_check_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM activities_require_bindings(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION activities_check_binding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM activities_require_bindings(coalesce(NEW.activity_id, OLD.activity_id));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER activity_is_bound AFTER INSERT ON activities_activity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION activities_check_activity();
CREATE CONSTRAINT TRIGGER binding_counts AFTER INSERT OR DELETE OR UPDATE OF is_main ON activities_binding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION activities_check_binding();
"""

DEFAULTS = """
ALTER TABLE activities_activity
    ALTER COLUMN description SET DEFAULT '', ALTER COLUMN is_incoming SET DEFAULT false, ALTER COLUMN direction SET DEFAULT '',
    ALTER COLUMN priority SET DEFAULT 2, ALTER COLUMN place SET DEFAULT '', ALTER COLUMN is_completed SET DEFAULT false,
    ALTER COLUMN outcome SET DEFAULT '', ALTER COLUMN note SET DEFAULT '', ALTER COLUMN origin SET DEFAULT '',
    ALTER COLUMN origin_id SET DEFAULT '', ALTER COLUMN version SET DEFAULT 1;
ALTER TABLE activities_binding ALTER COLUMN is_main SET DEFAULT false;
ALTER TABLE activities_activity SET (fillfactor = 85);
ALTER TABLE activities_binding SET (fillfactor = 85);
ALTER TABLE activities_client ADD CONSTRAINT client_element FOREIGN KEY (element_id, kind) REFERENCES crm_element (id, kind);
"""

SEED = """
INSERT INTO activities_activitytype (code, name_fr, name_en, times, rank) VALUES
    ('todo', '', '', 'deadline', 1), ('task', '', '', 'both', 2), ('call', '', '', 'both', 3),
    ('meeting', '', '', 'slot', 4), ('email', '', '', 'deadline', 5), ('document', '', '', 'deadline', 6)
ON CONFLICT (code) DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_tables"), ("crm", "0002_invariants")]
    operations = [
        migrations.RunSQL(DUE, migrations.RunSQL.noop),
        migrations.RunSQL(COPIES, migrations.RunSQL.noop),
        migrations.RunSQL(BINDINGS, migrations.RunSQL.noop),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
    ]
