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
    SELECT min(k.id) AS first_id, min(k.since) AS since, t0
    FROM (
        SELECT e.id, e.since, src."id"::uuid AS t0 FROM entry AS e JOIN "public"."VerificationCode" AS src ON src."projectId" = (e.pk ->> 'projectId')::text AND src."branchId" = (e.pk ->> 'branchId')::text AND src."id" = (e.pk ->> 'id')::uuid WHERE e.data IS NULL
        UNION ALL
        SELECT e.id, e.since, (e.data ->> 'id')::uuid::uuid AS t0 FROM entry AS e WHERE e.data IS NOT NULL
    ) AS k
    GROUP BY t0
), live AS (
    SELECT DISTINCT ON (touched.first_id) touched.first_id, tenancy."id" AS tenancy, src."id"::uuid::text AS c0, ((src."data" ->> 'team_id')::uuid)::uuid::text AS c1, (SELECT t."displayName" FROM public."Team" AS t WHERE t."tenancyId" = tenancy."id" AND t."teamId"::text = src."data" ->> 'team_id')::text::text AS c2, (coalesce(src."method" ->> 'email', ''))::text::text AS c3, ((extract(epoch FROM src."expiresAt") * 1000)::bigint)::bigint::text AS c4, src."createdAt"::timestamp with time zone::text AS c5
    FROM "public"."VerificationCode" AS src JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = src."projectId" AND tenancy."branchId" = src."branchId" JOIN touched ON src."id" = touched.t0::uuid
    WHERE tenancy."id" = $1 AND (src."type" = 'TEAM_INVITATION' AND EXISTS ( SELECT FROM public."Team" AS t WHERE t."tenancyId" = tenancy."id" AND t."teamId"::text = src."data" ->> 'team_id'))
    ORDER BY touched.first_id, src."projectId", src."branchId", src."id"
), resolved AS (
    SELECT touched.first_id, touched.since, touched.t0::text AS k0, live.tenancy, live.c0, live.c1, live.c2, live.c3, live.c4, live.c5,
           sum(coalesce(octet_length(live.c0), 0) + coalesce(octet_length(live.c1), 0) + coalesce(octet_length(live.c2), 0) + coalesce(octet_length(live.c3), 0) + coalesce(octet_length(live.c4), 0) + coalesce(octet_length(live.c5), 0)) OVER (ORDER BY touched.first_id ROWS UNBOUNDED PRECEDING) - (coalesce(octet_length(live.c0), 0) + coalesce(octet_length(live.c1), 0) + coalesce(octet_length(live.c2), 0) + coalesce(octet_length(live.c3), 0) + coalesce(octet_length(live.c4), 0) + coalesce(octet_length(live.c5), 0)) AS bytes_before
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
    SELECT r.*, sum(coalesce(octet_length(r.c0), 0) + coalesce(octet_length(r.c1), 0) + coalesce(octet_length(r.c2), 0) + coalesce(octet_length(r.c3), 0) + coalesce(octet_length(r.c4), 0) + coalesce(octet_length(r.c5), 0)) OVER (ORDER BY r.n ROWS UNBOUNDED PRECEDING) - (coalesce(octet_length(r.c0), 0) + coalesce(octet_length(r.c1), 0) + coalesce(octet_length(r.c2), 0) + coalesce(octet_length(r.c3), 0) + coalesce(octet_length(r.c4), 0) + coalesce(octet_length(r.c5), 0)) AS bytes_before, count(*) OVER () AS rows
    FROM (
        SELECT row_number() OVER (ORDER BY src."projectId", src."branchId", src."id") AS n, src."projectId"::text AS k0, src."branchId"::text AS k1, src."id"::text AS k2, tenancy."id" AS tenancy, src."id"::uuid::text AS c0, ((src."data" ->> 'team_id')::uuid)::uuid::text AS c1, (SELECT t."displayName" FROM public."Team" AS t WHERE t."tenancyId" = tenancy."id" AND t."teamId"::text = src."data" ->> 'team_id')::text::text AS c2, (coalesce(src."method" ->> 'email', ''))::text::text AS c3, ((extract(epoch FROM src."expiresAt") * 1000)::bigint)::bigint::text AS c4, src."createdAt"::timestamp with time zone::text AS c5
        FROM "public"."VerificationCode" AS src JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = src."projectId" AND tenancy."branchId" = src."branchId"
        WHERE tenancy."id" = $1 AND (src."type" = 'TEAM_INVITATION' AND EXISTS ( SELECT FROM public."Team" AS t WHERE t."tenancyId" = tenancy."id" AND t."teamId"::text = src."data" ->> 'team_id')) AND (src."projectId", src."branchId", src."id") > ($2::text, $3::text, $4::uuid)
        ORDER BY src."projectId", src."branchId", src."id"
        LIMIT $5
    ) AS r
) AS page
WHERE page.bytes_before < $6
ORDER BY page.n
;

SELECT asked.n
FROM unnest($1::text[]) WITH ORDINALITY AS asked (k0, n)
WHERE NOT EXISTS (SELECT FROM "public"."VerificationCode" AS src JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = src."projectId" AND tenancy."branchId" = src."branchId" WHERE src."id" = asked.k0::uuid AND tenancy."id" = $2 AND (src."type" = 'TEAM_INVITATION' AND EXISTS ( SELECT FROM public."Team" AS t WHERE t."tenancyId" = tenancy."id" AND t."teamId"::text = src."data" ->> 'team_id')))
ORDER BY asked.n
