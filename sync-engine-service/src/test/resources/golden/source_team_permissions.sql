WITH present AS MATERIALIZED (
    SELECT e."epoch", e."firstSequenceId"
    FROM dbsync."SequencerState" AS s JOIN dbsync."SequenceEpoch" AS e ON e."epoch" = s."epoch"
), entry AS MATERIALIZED (
    (SELECT c."sequenceId" AS id, c."primaryKey" AS pk, NULL::jsonb AS data, c."changedAt" AS since
     FROM dbsync."ChangedRow" AS c
     WHERE c."tenancyId" = $1 AND c."tableName" = $2 AND c."sequenceId" > $3
     ORDER BY c."sequenceId" LIMIT $4)
    UNION ALL
    (SELECT d."sequenceId", d."primaryKey", d."data", d."deletedAt"
     FROM dbsync."DeletedRow" AS d
     WHERE d."tenancyId" = $1 AND d."tableName" = $2 AND d."sequenceId" > $3
     ORDER BY d."sequenceId" LIMIT $4)
    ORDER BY id LIMIT $4
), touched AS MATERIALIZED (
    SELECT min(k.id) AS first_id, min(k.since) AS since, t0, t1, t2
    FROM (
        SELECT e.id, e.since, src."teamId"::uuid AS t0, src."projectUserId"::uuid AS t1, src."permissionId"::text AS t2 FROM entry AS e JOIN "public"."TeamMemberDirectPermission" AS src ON src."id" = (e.pk ->> 'id')::uuid WHERE e.data IS NULL
        UNION ALL
        SELECT e.id, e.since, (e.data ->> 'teamId')::uuid::uuid AS t0, (e.data ->> 'projectUserId')::uuid::uuid AS t1, (e.data ->> 'permissionId')::text::text AS t2 FROM entry AS e WHERE e.data IS NOT NULL
    ) AS k
    GROUP BY t0, t1, t2
), live AS (
    SELECT DISTINCT ON (touched.first_id) touched.first_id, src."tenancyId" AS tenancy, src."teamId"::uuid::text AS c0, src."projectUserId"::uuid::text AS c1, src."permissionId"::text::text AS c2, src."createdAt"::timestamp with time zone::text AS c3
    FROM "public"."TeamMemberDirectPermission" AS src JOIN touched ON src."teamId" = touched.t0::uuid AND src."projectUserId" = touched.t1::uuid AND src."permissionId" = touched.t2::text
    WHERE src."tenancyId" = $1 AND (true)
    ORDER BY touched.first_id, src."id"
), resolved AS (
    SELECT touched.first_id, touched.since, touched.t0::text AS k0, touched.t1::text AS k1, touched.t2::text AS k2, live.tenancy, live.c0, live.c1, live.c2, live.c3,
           sum(coalesce(octet_length(live.c0), 0) + coalesce(octet_length(live.c1), 0) + coalesce(octet_length(live.c2), 0) + coalesce(octet_length(live.c3), 0)) OVER (ORDER BY touched.first_id ROWS UNBOUNDED PRECEDING) - (coalesce(octet_length(live.c0), 0) + coalesce(octet_length(live.c1), 0) + coalesce(octet_length(live.c2), 0) + coalesce(octet_length(live.c3), 0)) AS bytes_before
    FROM touched LEFT JOIN live ON live.first_id = touched.first_id
)
SELECT page.last_entry, page.entries, page.keys, CASE WHEN page.last_entry >= present."firstSequenceId" THEN present."epoch" ELSE (SELECT e."epoch" FROM dbsync."SequenceEpoch" AS e WHERE e."firstSequenceId" <= page.last_entry ORDER BY e."ordinal" DESC LIMIT 1) END AS last_epoch, CASE WHEN r.first_id >= present."firstSequenceId" THEN present."epoch" ELSE (SELECT e."epoch" FROM dbsync."SequenceEpoch" AS e WHERE e."firstSequenceId" <= r.first_id ORDER BY e."ordinal" DESC LIMIT 1) END AS epoch,
       extract(epoch FROM clock_timestamp() - r.since)::double precision AS age, r.*
FROM (SELECT max(id) AS last_entry, count(*) AS entries, (SELECT count(*) FROM touched) AS keys FROM entry) AS page
LEFT JOIN present ON true
LEFT JOIN resolved AS r ON r.bytes_before < $5
ORDER BY r.first_id
;

SELECT page.*
FROM (
    SELECT r.*, sum(coalesce(octet_length(r.c0), 0) + coalesce(octet_length(r.c1), 0) + coalesce(octet_length(r.c2), 0) + coalesce(octet_length(r.c3), 0)) OVER (ORDER BY r.n ROWS UNBOUNDED PRECEDING) - (coalesce(octet_length(r.c0), 0) + coalesce(octet_length(r.c1), 0) + coalesce(octet_length(r.c2), 0) + coalesce(octet_length(r.c3), 0)) AS bytes_before, count(*) OVER () AS rows
    FROM (
        SELECT row_number() OVER (ORDER BY src."id") AS n, src."id"::text AS k0, src."tenancyId" AS tenancy, src."teamId"::uuid::text AS c0, src."projectUserId"::uuid::text AS c1, src."permissionId"::text::text AS c2, src."createdAt"::timestamp with time zone::text AS c3
        FROM "public"."TeamMemberDirectPermission" AS src
        WHERE src."tenancyId" = $1 AND (true) AND (src."id") > ($2::uuid)
        ORDER BY src."id"
        LIMIT $3
    ) AS r
) AS page
WHERE page.bytes_before < $4
ORDER BY page.n
;

SELECT asked.n
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (k0, k1, k2, n)
WHERE NOT EXISTS (SELECT FROM "public"."TeamMemberDirectPermission" AS src WHERE src."teamId" = asked.k0::uuid AND src."projectUserId" = asked.k1::uuid AND src."permissionId" = asked.k2::text AND src."tenancyId" = $4 AND (true))
ORDER BY asked.n
