-- levels: department subdepartments open_to_all
-- A stretch of everybody's index.
SELECT DISTINCT b.due_at AS k, b.activity_id AS id FROM activities_binding b
WHERE NOT b.is_completed AND NOT b.element_deleted AND NOT b.activity_deleted
    AND (b.due_at, b.activity_id) BETWEEN (%(first)s::timestamptz, %(first_id)s) AND (%(last)s::timestamptz, %(last_id)s)
    AND (b.element_responsible_id = ANY(%(owners)s::bigint[]) OR (%(public)s AND b.is_open_to_all))
ORDER BY 1, 2 LIMIT 50
