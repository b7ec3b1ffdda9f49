import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DEFAULTS = """
ALTER TABLE activities_activitytype
    ALTER COLUMN name_fr SET DEFAULT '', ALTER COLUMN name_en SET DEFAULT '', ALTER COLUMN icon SET DEFAULT 'custom',
    ALTER COLUMN hue SET DEFAULT 'brown', ALTER COLUMN is_active SET DEFAULT true, ALTER COLUMN is_incoming SET DEFAULT false,
    ALTER COLUMN required_fields SET DEFAULT '{}', ALTER COLUMN default_reminders SET DEFAULT '{}',
    ALTER COLUMN version SET DEFAULT 1;
ALTER TABLE activities_activityoutcome
    ALTER COLUMN name_fr SET DEFAULT '', ALTER COLUMN name_en SET DEFAULT '', ALTER COLUMN is_active SET DEFAULT true;
-- A code of its own for what the company adds: unique among all, for a completed activity may change its type.
CREATE FUNCTION activities_code_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.code := coalesce(NEW.code, 'o' || NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER outcome_code BEFORE INSERT ON activities_activityoutcome
    FOR EACH ROW EXECUTE FUNCTION activities_code_outcome();
CREATE INDEX activity_outcome_code ON activities_activityoutcome (code);
ALTER TABLE activities_activity ALTER COLUMN colour SET DEFAULT '';
ALTER TABLE activities_validator
    ALTER COLUMN decision SET DEFAULT '', ALTER COLUMN reason SET DEFAULT '';
"""

# Run again by the tests, which empty all tables.
SEED = """
UPDATE activities_activitytype t SET icon = s.icon, hue = s.hue FROM (VALUES
    ('todo', 'todo', 'teal'), ('task', 'task', 'slate'), ('call', 'call', 'blue'), ('meeting', 'meeting', 'violet'),
    ('email', 'mail', 'amber'), ('document', 'document', 'pink')) AS s (code, icon, hue) WHERE t.code = s.code;
INSERT INTO activities_activityoutcome (type_id, code, rank)
SELECT t.id, s.code, s.rank FROM (VALUES
    ('todo', 'done', 1), ('todo', 'dropped', 2), ('task', 'done', 1), ('task', 'dropped', 2),
    ('call', 'reached', 1), ('call', 'no_answer', 2), ('call', 'left_message', 3), ('call', 'call_back', 4),
    ('meeting', 'held', 1), ('meeting', 'moved', 2), ('meeting', 'no_show', 3),
    ('email', 'sent', 1), ('email', 'answered', 2), ('email', 'dropped', 3),
    ('document', 'approved', 1), ('document', 'refused', 2)) AS s (type, code, rank)
JOIN activities_activitytype t ON t.code = s.type
ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0003_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActivityOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField()),
                ("name_fr", models.TextField(blank=True)),
                ("name_en", models.TextField(blank=True)),
                ("rank", models.IntegerField()),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Validator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.IntegerField()),
                ("decision", models.TextField(blank=True, choices=[("approved", "Approved"), ("refused", "Refused")])),
                ("reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="activity",
            name="colour",
            field=models.TextField(
                blank=True,
                choices=[
                    ("teal", "Teal"),
                    ("green", "Green"),
                    ("blue", "Blue"),
                    ("violet", "Violet"),
                    ("pink", "Pink"),
                    ("red", "Red"),
                    ("amber", "Amber"),
                    ("brown", "Brown"),
                    ("slate", "Slate"),
                ],
            ),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="default_deadline_days",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="default_duration_minutes",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="default_reminders",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="hue",
            field=models.TextField(
                choices=[
                    ("teal", "Teal"),
                    ("green", "Green"),
                    ("blue", "Blue"),
                    ("violet", "Violet"),
                    ("pink", "Pink"),
                    ("red", "Red"),
                    ("amber", "Amber"),
                    ("brown", "Brown"),
                    ("slate", "Slate"),
                ],
                default="brown",
            ),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="icon",
            field=models.TextField(default="custom"),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="is_active",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="is_incoming",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="required_fields",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="updated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="updated_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="activitytype",
            name="version",
            field=models.IntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("colour__in", ["", "teal", "green", "blue", "violet", "pink", "red", "amber", "brown", "slate"])
                ),
                name="activity_colour_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="activitytype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hue__in", ["teal", "green", "blue", "violet", "pink", "red", "amber", "brown", "slate"])
                ),
                name="activity_type_hue_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="activitytype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code__isnull", False),
                    models.Q(models.Q(("name_fr", ""), _negated=True), models.Q(("name_en", ""), _negated=True)),
                    _connector="OR",
                ),
                name="activity_type_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="activitytype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("default_duration_minutes__isnull", True), ("default_duration_minutes__gt", 0), _connector="OR"
                ),
                name="activity_type_lasts",
            ),
        ),
        migrations.AddField(
            model_name="activityoutcome",
            name="type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="outcomes", to="activities.activitytype"
            ),
        ),
        migrations.AddField(
            model_name="validator",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="validators", to="activities.activity"
            ),
        ),
        migrations.AddField(
            model_name="validator",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="activityoutcome",
            constraint=models.UniqueConstraint(fields=("type", "code"), name="activity_outcome_once"),
        ),
        migrations.AddConstraint(
            model_name="validator",
            constraint=models.UniqueConstraint(fields=("activity", "user"), name="validator_once"),
        ),
        migrations.AddConstraint(
            model_name="validator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decision", ""), ("reason", "")),
                    models.Q(("decided_at__isnull", False), ("decision", "approved")),
                    models.Q(
                        ("decided_at__isnull", False), ("decision", "refused"), models.Q(("reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="validator_answer_whole",
            ),
        ),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
    ]
