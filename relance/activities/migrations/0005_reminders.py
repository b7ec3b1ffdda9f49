from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

REMINDERS = """
ALTER TABLE activities_reminder SET (fillfactor = 85);

-- When an activity reminds: so long before its deadline, or without one before its start; of a day alone, before nine
-- o'clock of that day where the responsible lives. Whole days are counted on his calendar, so that "one day before"
-- keeps the hour when the clocks change. Closed, deleted and waiting activities remind of nothing.
CREATE FUNCTION activities_remind_at(reminded bigint, minutes integer) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN minutes % 1440 = 0 THEN (m.local - make_interval(days => minutes / 1440)) AT TIME ZONE m.zone
        ELSE m.local AT TIME ZONE m.zone - make_interval(mins => minutes) END
    FROM (
        SELECT u.time_zone AS zone, coalesce(
            a.deadline_at AT TIME ZONE u.time_zone, a.deadline_on + time '09:00',
            a.start_at AT TIME ZONE u.time_zone, a.start_on + time '09:00') AS local
        FROM activities_activity a JOIN people_user u ON u.id = a.responsible_id
        WHERE a.id = reminded AND NOT a.is_completed AND a.deleted_at IS NULL
    ) m
$$;

-- What is already past when it is set, or set anew, is not told any more.
CREATE FUNCTION activities_set_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz;
BEGIN
    PERFORM FROM activities_activity WHERE id = NEW.activity_id FOR SHARE;
    at := activities_remind_at(NEW.activity_id, NEW.minutes_before);
    IF TG_OP = 'INSERT' OR at IS DISTINCT FROM OLD.remind_at THEN
        NEW.remind_at := at;
        NEW.told_at := CASE WHEN at <= now() THEN now() END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reminder_set BEFORE INSERT OR UPDATE OF activity_id, minutes_before ON activities_reminder
    FOR EACH ROW EXECUTE FUNCTION activities_set_reminder();

CREATE FUNCTION activities_move_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_reminder r SET minutes_before = r.minutes_before
    FROM after n JOIN before o USING (id)
    WHERE r.activity_id = n.id
        AND (n.deadline_at, n.deadline_on, n.start_at, n.start_on, n.responsible_id, n.is_completed, n.deleted_at IS NULL)
            IS DISTINCT FROM
            (o.deadline_at, o.deadline_on, o.start_at, o.start_on, o.responsible_id, o.is_completed, o.deleted_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER activity_moves_reminders AFTER UPDATE ON activities_activity
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION activities_move_reminders();

CREATE FUNCTION activities_reminders_follow_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_reminder r SET minutes_before = r.minutes_before
    FROM activities_activity a WHERE a.id = r.activity_id AND a.responsible_id = NEW.id AND r.remind_at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER user_zone_moves_reminders AFTER UPDATE OF time_zone ON people_user
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION activities_reminders_follow_zone();
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_types"), ("people", "0003_invitations")]
    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes_before", models.IntegerField()),
                ("remind_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="activities.activity",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "minutes_before"), name="reminder_once"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_before__gte", 0), ("minutes_before__lte", 525_600)),
                        name="reminder_offset_known",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False), ("told_at__isnull", True)),
                        fields=["remind_at"],
                        name="reminder_waiting",
                    )
                ],
            },
        ),
        migrations.RunSQL(REMINDERS, migrations.RunSQL.noop),
    ]
