from __future__ import annotations

from django.db import migrations

INVARIANTS = """
ALTER TABLE lists_savedfiltershare ADD CONSTRAINT saved_filter_share_with_one
    CHECK (num_nonnulls(user_id, department_id, group_id, role_id) + everybody::int = 1);
ALTER TABLE lists_filterplace ADD CONSTRAINT filter_place_in_its_listing
    FOREIGN KEY (filter_id, listing) REFERENCES lists_savedfilter (id, listing);
-- A department, group or role that goes takes along what was shared with it: they are deleted by floors that know
-- nothing of filters.
DO $$
DECLARE held record;
BEGIN
    FOR held IN SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE conrelid = 'lists_savedfiltershare'::regclass AND contype = 'f'
        AND confrelid IN ('people_department'::regclass, 'access_group'::regclass, 'access_role'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE lists_savedfiltershare DROP CONSTRAINT %I', held.conname);
        EXECUTE format('ALTER TABLE lists_savedfiltershare ADD CONSTRAINT %I %s', held.conname,
            replace(held.definition, ' DEFERRABLE', ' ON DELETE CASCADE DEFERRABLE'));
    END LOOP;
END $$;
"""
UNDO = """
ALTER TABLE lists_filterplace DROP CONSTRAINT filter_place_in_its_listing;
ALTER TABLE lists_savedfiltershare DROP CONSTRAINT saved_filter_share_with_one;
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0002_saved_filters")]
    operations = [migrations.RunSQL(INVARIANTS, UNDO)]
