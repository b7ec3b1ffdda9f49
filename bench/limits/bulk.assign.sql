-- Handing many rows over, journal included, nothing judged.
WITH done AS (
    UPDATE activities_activity t SET responsible_id = %(to)s, version = t.version + 1, updated_at = now(), updated_by_id = %(me)s
    FROM activities_activity o WHERE t.id = ANY(%(ids)s::bigint[]) AND o.id = t.id AND t.responsible_id <> %(to)s
    RETURNING t.id, jsonb_build_object('responsible_id', o.responsible_id) AS before, jsonb_build_object('responsible_id', t.responsible_id, 'version', t.version) AS after
)
INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
SELECT %(gesture)s, %(me)s, 'bench', '', 'assign', 'activity', id, jsonb_build_object('before', before, 'after', after) FROM done
