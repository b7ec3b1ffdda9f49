-- levels: department subdepartments open_to_all all
-- A stretch of each subordinate's index.
SELECT DISTINCT x.k, x.id
FROM unnest(%(whose)s::bigint[]) AS w (person)
CROSS JOIN LATERAL (
    SELECT b.due_at AS k, b.activity_id AS id FROM activities_binding b
    WHERE b.activity_responsible_id = w.person
        AND NOT b.is_completed AND NOT b.element_deleted AND NOT b.activity_deleted
        AND (b.due_at, b.activity_id) BETWEEN (%(first)s::timestamptz, %(first_id)s) AND (%(last)s::timestamptz, %(last_id)s)
        AND (%(all)s OR b.element_responsible_id = ANY(%(owners)s::bigint[]) OR (%(public)s AND b.is_open_to_all))
    ORDER BY 1, 2 LIMIT 50
) x
ORDER BY 1, 2 LIMIT 50
