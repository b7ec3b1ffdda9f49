"""What searches look at: the words of elements' names, and their phones and e-mail addresses (docs/adr/0011)."""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

# A word as it is searched: without accents, case and ligatures. The very rules of lists/searching.py `words_of`, which tests
# hold to be the same. No extension: `unaccent` is not immutable, and what it does is in the Unicode decomposition. With RETURN their
# names are looked up once: an index is built with another search path.
FUNCTIONS = r"""
CREATE FUNCTION search_words(raw text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN CASE WHEN octet_length(raw) = char_length(raw)
        THEN regexp_replace(lower(raw), '[^0-9a-z]+', ' ', 'g')
        ELSE regexp_replace(
            replace(replace(replace(translate(
                lower(regexp_replace(normalize(raw, NFKD), '[\u0300-\u036f]', '', 'g')), 'øłđς', 'oldσ'
            ), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'),
            '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f\ufe00-\ufe0f\ufeff\U0001f000-\U0001faff]+',
            ' ', 'g')
        END;

-- What reads as a number in powers of ten would be cut in pieces of the parser's own choice.
CREATE FUNCTION search_lexemes(raw text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN to_tsvector('simple', regexp_replace(search_words(left(raw, 20000)), '([0-9])(e[0-9])', '\1 \2', 'g'));

-- A phone number is found by its beginning ('+33612…') and, written backwards, by its end ('-87654321633').
CREATE FUNCTION search_point(kind text, normalised text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN CASE WHEN kind <> 'phone' THEN search_lexemes(normalised)
        WHEN normalised ~ '^[0-9]+$' THEN array_to_tsvector(ARRAY['+' || left(normalised, 50), '-' || reverse(left(normalised, 50))])
        ELSE ''::tsvector END;
"""

TABLE = """
CREATE TABLE crm_elementtext (
    element_id bigint PRIMARY KEY REFERENCES crm_element (id) ON DELETE CASCADE,
    words tsvector NOT NULL
);

CREATE FUNCTION crm_search_new_elements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_elementtext (element_id, words) SELECT id, search_lexemes(name) FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER element_searched AFTER INSERT ON crm_element REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION crm_search_new_elements();

CREATE FUNCTION crm_search_renamed_element() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE crm_elementtext SET words = search_lexemes(NEW.name) WHERE element_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER element_renamed AFTER UPDATE OF name ON crm_element FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION crm_search_renamed_element();

INSERT INTO crm_elementtext (element_id, words) SELECT id, search_lexemes(name) FROM crm_element;
"""

# Without a list of pending entries: it would be read from end to end by each search.
INDEXES = """
CREATE INDEX element_words ON crm_elementtext USING gin (words) WITH (fastupdate = off);
CREATE INDEX contact_point_words ON crm_contactpoint USING gin (search_point(kind, normalised)) WITH (fastupdate = off);
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_invariants")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(
            TABLE,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.CreateModel(
                    name="ElementText",
                    fields=[
                        (
                            "element",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="crm.element",
                            ),
                        ),
                        ("words", SearchVectorField()),
                    ],
                )
            ],
        ),
        migrations.RunSQL(INDEXES, migrations.RunSQL.noop),
    ]
