"""The table of Django's database cache: what it counts must be the same for every process."""

from __future__ import annotations

from django.db import migrations

MAKE = """
CREATE TABLE relance_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX relance_cache_expires ON relance_cache (expires);
"""


class Migration(migrations.Migration):
    operations = [migrations.RunSQL(MAKE, "DROP TABLE relance_cache")]
