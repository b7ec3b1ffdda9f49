from __future__ import annotations

from django.db import migrations

INVARIANTS = """
ALTER TABLE crm_stage ADD CONSTRAINT stage_id_kind UNIQUE (id, kind), ADD CONSTRAINT stage_id_pipeline UNIQUE (id, pipeline_id);
ALTER TABLE crm_element
    ADD CONSTRAINT element_stage_of_kind FOREIGN KEY (stage_id, kind) REFERENCES crm_stage (id, kind),
    ADD CONSTRAINT element_stage_of_pipeline FOREIGN KEY (stage_id, pipeline_id) REFERENCES crm_stage (id, pipeline_id),
    ALTER COLUMN is_open_to_all SET DEFAULT false,
    ALTER COLUMN version SET DEFAULT 1,
    ALTER COLUMN origin SET DEFAULT '',
    ALTER COLUMN origin_id SET DEFAULT '';
ALTER TABLE crm_element SET (fillfactor = 85);

ALTER TABLE crm_lead ADD CONSTRAINT lead_element FOREIGN KEY (element_id, kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE;
ALTER TABLE crm_deal ADD CONSTRAINT deal_element FOREIGN KEY (element_id, kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE;
ALTER TABLE crm_deal ADD CONSTRAINT deal_company FOREIGN KEY (company_id, company_kind) REFERENCES crm_element (id, kind);
ALTER TABLE crm_contact ADD CONSTRAINT contact_element FOREIGN KEY (element_id, kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE;
ALTER TABLE crm_company ADD CONSTRAINT company_element FOREIGN KEY (element_id, kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE;
ALTER TABLE crm_dealcontact
    ADD CONSTRAINT deal_contact_deal FOREIGN KEY (deal_id, deal_kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE,
    ADD CONSTRAINT deal_contact_contact FOREIGN KEY (contact_id, contact_kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE;
ALTER TABLE crm_contactcompany
    ADD CONSTRAINT contact_company_contact FOREIGN KEY (contact_id, contact_kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE,
    ADD CONSTRAINT contact_company_company FOREIGN KEY (company_id, company_kind) REFERENCES crm_element (id, kind) ON DELETE CASCADE;

ALTER TABLE access_permission
    ADD CONSTRAINT permission_pipeline FOREIGN KEY (pipeline_id) REFERENCES crm_pipeline (id) ON DELETE CASCADE,
    ADD CONSTRAINT permission_stage FOREIGN KEY (stage_id, kind) REFERENCES crm_stage (id, kind) ON DELETE CASCADE,
    ADD CONSTRAINT permission_stage_of_pipeline FOREIGN KEY (stage_id, pipeline_id) REFERENCES crm_stage (id, pipeline_id);

CREATE SEQUENCE crm_number_lead;
CREATE SEQUENCE crm_number_deal;
CREATE SEQUENCE crm_number_contact;
CREATE SEQUENCE crm_number_company;

-- The number that people see: the next of its kind, or the one that an import brings (numbers go on above it).
CREATE FUNCTION crm_number_element() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    numbers regclass := ('crm_number_' || NEW.kind)::regclass;
BEGIN
    IF NEW.number IS NULL THEN
        NEW.number := nextval(numbers);
    ELSIF NEW.number >= coalesce(pg_sequence_last_value(numbers), 0) THEN
        PERFORM setval(numbers, NEW.number);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER element_number BEFORE INSERT ON crm_element FOR EACH ROW EXECUTE FUNCTION crm_number_element();

CREATE FUNCTION crm_keep_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the kind of an element never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'element_kind_kept';
END $$;
CREATE TRIGGER element_kind_kept BEFORE UPDATE OF kind ON crm_element
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION crm_keep_kind();
"""

INDEXES = """
CREATE INDEX element_updated ON crm_element (kind, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX element_named ON crm_element (kind, sort_key, id) WHERE deleted_at IS NULL;
CREATE INDEX element_staged ON crm_element (kind, stage_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX element_owner_updated ON crm_element (kind, responsible_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX element_owner_named ON crm_element (kind, responsible_id, sort_key, id) WHERE deleted_at IS NULL;
CREATE INDEX element_open_updated ON crm_element (kind, updated_at, id) WHERE is_open_to_all AND deleted_at IS NULL;
CREATE INDEX element_open_named ON crm_element (kind, sort_key, id) WHERE is_open_to_all AND deleted_at IS NULL;
"""

SEED = """
INSERT INTO crm_pipeline (code, name_fr, name_en, rank)
SELECT 'sales', '', '', 0 WHERE NOT EXISTS (SELECT FROM crm_pipeline WHERE code = 'sales');
INSERT INTO crm_stage (kind, pipeline_id, code, name_fr, name_en, outcome, rank)
SELECT s.kind, CASE s.kind WHEN 'deal' THEN (SELECT id FROM crm_pipeline WHERE code = 'sales') END, s.code, '', '', s.outcome, s.rank
FROM (VALUES
    ('lead', 'new', 'open', 1), ('lead', 'contacted', 'open', 2), ('lead', 'qualified', 'open', 3),
    ('lead', 'converted', 'won', 4), ('lead', 'junk', 'lost', 5),
    ('deal', 'qualification', 'open', 1), ('deal', 'discovery', 'open', 2), ('deal', 'quote', 'open', 3),
    ('deal', 'negotiation', 'open', 4), ('deal', 'won', 'won', 5), ('deal', 'lost', 'lost', 6)
) AS s (kind, code, outcome, rank)
ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_tables"), ("access", "0002_shipped_roles"), ("people", "0002_invariants")]
    operations = [
        migrations.RunSQL(INVARIANTS, migrations.RunSQL.noop),
        migrations.RunSQL(INDEXES, migrations.RunSQL.noop),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
    ]
