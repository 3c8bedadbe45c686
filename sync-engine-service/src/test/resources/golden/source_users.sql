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
        SELECT e.id, e.since, src."projectUserId"::uuid AS t0 FROM entry AS e JOIN "public"."ProjectUser" AS src ON src."tenancyId" = (e.pk ->> 'tenancyId')::uuid AND src."projectUserId" = (e.pk ->> 'projectUserId')::uuid WHERE e.data IS NULL
        UNION ALL
        SELECT e.id, e.since, (e.data ->> 'projectUserId')::uuid::uuid AS t0 FROM entry AS e WHERE e.data IS NOT NULL
    ) AS k
    GROUP BY t0
), live AS (
    SELECT DISTINCT ON (touched.first_id) touched.first_id, src."tenancyId" AS tenancy, src."projectUserId"::uuid::text AS c0, src."displayName"::text::text AS c1, src."profileImageUrl"::text::text AS c2, (email."value")::text::text AS c3, (coalesce(email."isVerified", false))::boolean::text AS c4, (coalesce(src."signedUpAt", src."createdAt"))::timestamp with time zone::text AS c5, (coalesce(src."clientMetadata", '{}'))::jsonb::text AS c6, (coalesce(src."clientReadOnlyMetadata", '{}'))::jsonb::text AS c7, (coalesce(src."serverMetadata", '{}'))::jsonb::text AS c8, src."isAnonymous"::boolean::text AS c9
    FROM "public"."ProjectUser" AS src LEFT JOIN LATERAL (SELECT "email".* FROM "public"."ContactChannel" AS "email" WHERE "email"."tenancyId" = src."tenancyId" AND "email"."projectUserId" = src."projectUserId" AND "email"."type" = 'EMAIL' AND "email"."isPrimary" = 'TRUE' ORDER BY "email"::text COLLATE "C" LIMIT 1) AS "email" ON true JOIN touched ON src."projectUserId" = touched.t0::uuid
    WHERE src."tenancyId" = $1 AND (true)
    ORDER BY touched.first_id, src."tenancyId", src."projectUserId"
), resolved AS (
    SELECT touched.first_id, touched.since, touched.t0::text AS k0, live.tenancy, live.c0, live.c1, live.c2, live.c3, live.c4, live.c5, live.c6, live.c7, live.c8, live.c9,
           sum(coalesce(octet_length(live.c0), 0) + coalesce(octet_length(live.c1), 0) + coalesce(octet_length(live.c2), 0) + coalesce(octet_length(live.c3), 0) + coalesce(octet_length(live.c4), 0) + coalesce(octet_length(live.c5), 0) + coalesce(octet_length(live.c6), 0) + coalesce(octet_length(live.c7), 0) + coalesce(octet_length(live.c8), 0) + coalesce(octet_length(live.c9), 0)) OVER (ORDER BY touched.first_id ROWS UNBOUNDED PRECEDING) - (coalesce(octet_length(live.c0), 0) + coalesce(octet_length(live.c1), 0) + coalesce(octet_length(live.c2), 0) + coalesce(octet_length(live.c3), 0) + coalesce(octet_length(live.c4), 0) + coalesce(octet_length(live.c5), 0) + coalesce(octet_length(live.c6), 0) + coalesce(octet_length(live.c7), 0) + coalesce(octet_length(live.c8), 0) + coalesce(octet_length(live.c9), 0)) AS bytes_before
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
    SELECT r.*, sum(coalesce(octet_length(r.c0), 0) + coalesce(octet_length(r.c1), 0) + coalesce(octet_length(r.c2), 0) + coalesce(octet_length(r.c3), 0) + coalesce(octet_length(r.c4), 0) + coalesce(octet_length(r.c5), 0) + coalesce(octet_length(r.c6), 0) + coalesce(octet_length(r.c7), 0) + coalesce(octet_length(r.c8), 0) + coalesce(octet_length(r.c9), 0)) OVER (ORDER BY r.n ROWS UNBOUNDED PRECEDING) - (coalesce(octet_length(r.c0), 0) + coalesce(octet_length(r.c1), 0) + coalesce(octet_length(r.c2), 0) + coalesce(octet_length(r.c3), 0) + coalesce(octet_length(r.c4), 0) + coalesce(octet_length(r.c5), 0) + coalesce(octet_length(r.c6), 0) + coalesce(octet_length(r.c7), 0) + coalesce(octet_length(r.c8), 0) + coalesce(octet_length(r.c9), 0)) AS bytes_before, count(*) OVER () AS rows
    FROM (
        SELECT row_number() OVER (ORDER BY src."tenancyId", src."projectUserId") AS n, src."tenancyId"::text AS k0, src."projectUserId"::text AS k1, src."tenancyId" AS tenancy, src."projectUserId"::uuid::text AS c0, src."displayName"::text::text AS c1, src."profileImageUrl"::text::text AS c2, (email."value")::text::text AS c3, (coalesce(email."isVerified", false))::boolean::text AS c4, (coalesce(src."signedUpAt", src."createdAt"))::timestamp with time zone::text AS c5, (coalesce(src."clientMetadata", '{}'))::jsonb::text AS c6, (coalesce(src."clientReadOnlyMetadata", '{}'))::jsonb::text AS c7, (coalesce(src."serverMetadata", '{}'))::jsonb::text AS c8, src."isAnonymous"::boolean::text AS c9
        FROM "public"."ProjectUser" AS src LEFT JOIN LATERAL (SELECT "email".* FROM "public"."ContactChannel" AS "email" WHERE "email"."tenancyId" = src."tenancyId" AND "email"."projectUserId" = src."projectUserId" AND "email"."type" = 'EMAIL' AND "email"."isPrimary" = 'TRUE' ORDER BY "email"::text COLLATE "C" LIMIT 1) AS "email" ON true
        WHERE src."tenancyId" = $1 AND (true) AND (src."tenancyId", src."projectUserId") > ($2::uuid, $3::uuid)
        ORDER BY src."tenancyId", src."projectUserId"
        LIMIT $4
    ) AS r
) AS page
WHERE page.bytes_before < $5
ORDER BY page.n
;

SELECT asked.n
FROM unnest($1::text[]) WITH ORDINALITY AS asked (k0, n)
WHERE NOT EXISTS (SELECT FROM "public"."ProjectUser" AS src WHERE src."projectUserId" = asked.k0::uuid AND src."tenancyId" = $2 AND (true))
ORDER BY asked.n
