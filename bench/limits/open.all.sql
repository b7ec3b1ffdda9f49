-- levels: all
-- A stretch of the activities' own index.
SELECT a.due_at AS k, a.id FROM activities_activity a
WHERE NOT a.is_completed AND a.deleted_at IS NULL
    AND (a.due_at, a.id) BETWEEN (%(first)s::timestamptz, %(first_id)s) AND (%(last)s::timestamptz, %(last_id)s)
ORDER BY 1, 2 LIMIT 50
