-- The fifty rows of a page with its eight columns, the main element's and the clients' names; no right is judged.
SELECT p.k, a.id, t.code, a.subject, a.description, a.priority, a.is_completed, a.due_at, a.deadline_day, a.completed_at,
    u.first_name, u.last_name, e.kind, e.number, e.name,
    ARRAY(SELECT n.name FROM activities_client c JOIN crm_element n ON n.id = c.element_id WHERE c.activity_id = a.id) AS clients
FROM (/*page*/) p
JOIN activities_activity a ON a.id = p.id
JOIN activities_activitytype t ON t.id = a.type_id
JOIN people_user u ON u.id = a.responsible_id
JOIN activities_binding b ON b.activity_id = a.id AND b.is_main
JOIN crm_element e ON e.id = b.element_id
WHERE %(day)s::date IS NULL OR a.deadline_day = %(day)s::date
ORDER BY p.k, p.id
