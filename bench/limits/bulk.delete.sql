-- Putting many rows into the bin, journal included, nothing judged.
WITH done AS (
    UPDATE activities_activity t SET deleted_at = now(), deleted_by_id = %(me)s, deleted_gesture = %(gesture)s, version = t.version + 1, updated_at = now(), updated_by_id = %(me)s
    FROM activities_activity o WHERE t.id = ANY(%(ids)s::bigint[]) AND o.id = t.id AND t.deleted_at IS NULL
    RETURNING t.id, jsonb_build_object('deleted_at', o.deleted_at, 'deleted_by_id', o.deleted_by_id, 'deleted_gesture', o.deleted_gesture) AS before, jsonb_build_object('deleted_at', t.deleted_at, 'deleted_by_id', t.deleted_by_id, 'deleted_gesture', t.deleted_gesture, 'version', t.version) AS after
)
INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
SELECT %(gesture)s, %(me)s, 'bench', '', 'delete', 'activity', id, jsonb_build_object('before', before, 'after', after) FROM done
