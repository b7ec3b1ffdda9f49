from __future__ import annotations

from django.db import migrations

TABLE = """
CREATE SEQUENCE journal_auditentry_id_seq AS bigint;
CREATE TABLE journal_auditentry (
    id bigint NOT NULL DEFAULT nextval('journal_auditentry_id_seq'),
    at timestamptz NOT NULL DEFAULT now(),
    gesture uuid NOT NULL,
    actor_id bigint,
    via text NOT NULL,
    request_id text NOT NULL DEFAULT '',
    verb text NOT NULL,
    noun text NOT NULL,
    noun_id bigint NOT NULL,
    change jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE journal_auditentry_id_seq OWNED BY journal_auditentry.id;
CREATE INDEX journal_by_gesture ON journal_auditentry (gesture, noun_id);
CREATE INDEX journal_by_row ON journal_auditentry (noun, noun_id, at);
CREATE TABLE journal_auditentry_rest PARTITION OF journal_auditentry DEFAULT;

CREATE FUNCTION journal_make_partitions(first date, months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', first);
    name text;
BEGIN
    FOR i IN 1..months LOOP
        name := 'journal_auditentry_' || to_char(month, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF journal_auditentry FOR VALUES FROM (%L) TO (%L)',
                name, month || ' 00:00+00', (month + interval '1 month')::date || ' 00:00+00');
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $$;
SELECT journal_make_partitions(current_date, 13);

-- Append-only. Erasing a person's data (GDPR art. 17) is the one audited exception, and says so in its transaction.
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('relance.erasing', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_auditentry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
"""

UNDO = """
DROP TABLE journal_auditentry;
DROP FUNCTION journal_make_partitions(date, integer);
DROP FUNCTION journal_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_tables")]
    operations = [migrations.RunSQL(TABLE, UNDO)]
