SELECT l.order_id AS order_id,
       l.line AS line,
       o.number AS order_number,
       l.article AS article,
       l.quantity AS quantity,
       l.price AS price
FROM shop.order_lines AS l
JOIN shop.orders AS o ON o.id = l.order_id
WHERE o.tenant_id = ?
