SELECT o.id AS id,
       o.number AS number,
       o.ordered_on AS ordered_on,
       o.tags AS tags,
       (SELECT coalesce(sum(l.quantity * l.price), 0) FROM shop.order_lines AS l WHERE l.order_id = o.id) AS total
FROM shop.orders AS o
WHERE NOT o.draft AND o.tenant_id = ?
