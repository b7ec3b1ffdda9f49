"""The words of activities, in a table that no change of state touches (docs/adr/0011)."""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

# A: the subject, which ranks before the rest.
TABLE = """
CREATE FUNCTION activities_words(subject text, description text, note text, place text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(search_lexemes(coalesce(subject, '')), 'A')
        || search_lexemes(concat_ws(' ', left(place, 5000), left(note, 5000), description));

CREATE TABLE activities_activitytext (
    activity_id bigint PRIMARY KEY REFERENCES activities_activity (id) ON DELETE CASCADE,
    words tsvector NOT NULL
);

CREATE FUNCTION activities_search_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO activities_activitytext (activity_id, words)
    SELECT id, activities_words(subject, description, note, place) FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER activity_searched AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION activities_search_new();

CREATE FUNCTION activities_search_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_activitytext SET words = activities_words(NEW.subject, NEW.description, NEW.note, NEW.place)
    WHERE activity_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER activity_text_edited AFTER UPDATE OF subject, description, note, place ON activities_activity FOR EACH ROW
    WHEN ((OLD.subject, OLD.description, OLD.note, OLD.place) IS DISTINCT FROM (NEW.subject, NEW.description, NEW.note, NEW.place))
    EXECUTE FUNCTION activities_search_edited();

INSERT INTO activities_activitytext (activity_id, words)
SELECT id, activities_words(subject, description, note, place) FROM activities_activity;
"""

INDEX = "CREATE INDEX activity_words ON activities_activitytext USING gin (words) WITH (fastupdate = off);"


class Migration(migrations.Migration):
    dependencies = [("activities", "0007_files"), ("crm", "0003_search")]
    operations = [
        migrations.RunSQL(
            TABLE,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.CreateModel(
                    name="ActivityText",
                    fields=[
                        (
                            "activity",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="activities.activity",
                            ),
                        ),
                        ("words", SearchVectorField()),
                    ],
                )
            ],
        ),
        migrations.RunSQL(INDEX, migrations.RunSQL.noop),
    ]
