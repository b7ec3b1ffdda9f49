-- Completing many rows, journal included, nothing judged.
WITH done AS (
    UPDATE activities_activity t SET is_completed = true, completed_at = now(), completed_by_id = %(me)s, outcome = '', note = '', version = t.version + 1, updated_at = now(), updated_by_id = %(me)s
    FROM activities_activity o WHERE t.id = ANY(%(ids)s::bigint[]) AND o.id = t.id AND NOT t.is_completed
    RETURNING t.id, jsonb_build_object('is_completed', o.is_completed, 'completed_at', o.completed_at, 'completed_by_id', o.completed_by_id, 'outcome', o.outcome, 'note', o.note) AS before, jsonb_build_object('is_completed', t.is_completed, 'completed_at', t.completed_at, 'completed_by_id', t.completed_by_id, 'outcome', t.outcome, 'note', t.note, 'version', t.version) AS after
)
INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
SELECT %(gesture)s, %(me)s, 'bench', '', 'complete', 'activity', id, jsonb_build_object('before', before, 'after', after) FROM done
