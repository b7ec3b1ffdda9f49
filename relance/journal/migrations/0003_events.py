from __future__ import annotations

from django.db import migrations

EVENTS = """
-- What somebody else than its author may want to hear of (docs/adr/0008): something given to another person, a person
-- mentioned, a validation. Imports, undoing and entries of the past are no news.
CREATE FUNCTION journal_is_heard(entry journal_auditentry) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT entry.at = now() AND entry.via <> 'import' AND entry.verb <> 'undo' AND CASE entry.noun
        WHEN 'comment' THEN coalesce(jsonb_typeof(entry.change->'after'->'mentions') = 'array'
            AND entry.change->'after'->'mentions' <> '[]', false)
        WHEN 'validator' THEN true
        WHEN 'activity' THEN coalesce((entry.change->'after'->>'responsible_id')::bigint <> coalesce(entry.actor_id, 0), false)
            OR coalesce(entry.change->'after'->'validators', '[]') <> '[]'
        ELSE false END
$$;
-- One job for each gesture, queued in its transaction: it vanishes with a rollback and costs its writer no query.
CREATE FUNCTION journal_queue_dispatch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(array_agg(
        ROW('default', 'events.dispatch', 0, NULL, NULL, jsonb_build_object('gesture', g.gesture), NULL)
            ::procrastinate_job_to_defer_v1))
    FROM (SELECT DISTINCT f.gesture FROM fresh f WHERE journal_is_heard(f)) g HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_dispatches AFTER INSERT ON journal_auditentry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION journal_queue_dispatch();
"""
UNDO = """
DROP TRIGGER journal_dispatches ON journal_auditentry;
DROP FUNCTION journal_queue_dispatch();
DROP FUNCTION journal_is_heard(journal_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_partitions"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(EVENTS, UNDO)]
