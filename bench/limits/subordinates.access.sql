-- levels: own department
-- What the head may read, of his subordinates.
SELECT DISTINCT x.k, x.id
FROM unnest(ARRAY['lead', 'deal', 'contact', 'company']) AS kinds (kind) CROSS JOIN unnest(%(owners)s::bigint[]) AS w (person)
CROSS JOIN LATERAL (
    SELECT b.due_at AS k, b.activity_id AS id FROM activities_binding b
    WHERE b.kind = kinds.kind AND b.element_responsible_id = w.person AND b.activity_responsible_id = ANY(%(whose)s::bigint[])
        AND NOT b.is_completed AND NOT b.element_deleted AND NOT b.activity_deleted
        AND (b.due_at, b.activity_id) BETWEEN (%(first)s::timestamptz, %(first_id)s) AND (%(last)s::timestamptz, %(last_id)s)
    ORDER BY 1, 2 LIMIT 50
) x
ORDER BY 1, 2 LIMIT 50
