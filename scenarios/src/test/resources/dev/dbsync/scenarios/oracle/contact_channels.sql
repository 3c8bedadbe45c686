SELECT "id" AS id,
       "projectUserId" AS user_id,
       "type"::text AS type,
       "value" AS value,
       "isPrimary" IS NOT NULL AS is_primary,
       "isVerified" AS is_verified,
       "usedForAuth" IS NOT NULL AS used_for_auth,
       "createdAt" AT TIME ZONE 'UTC' AS created_at
FROM public."ContactChannel"
WHERE "tenancyId" = ?
