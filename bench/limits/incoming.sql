-- levels: own department subdepartments open_to_all all
-- Few rows: the index of what waits, and each one's bindings.
SELECT a.created_at AS k, a.id FROM activities_activity a
WHERE a.responsible_id = %(me)s AND a.is_incoming AND NOT a.is_completed AND a.deleted_at IS NULL
    AND (a.created_at, a.id) BETWEEN (%(first)s::timestamptz, %(first_id)s) AND (%(last)s::timestamptz, %(last_id)s)
    AND (%(all)s OR EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = a.id AND NOT b.element_deleted
        AND (b.element_responsible_id = ANY(%(owners)s::bigint[]) OR (%(public)s AND b.is_open_to_all))))
ORDER BY 1, 2 LIMIT 50
