SELECT "id" AS id,
       "projectUserId" AS user_id,
       "createdAt" AT TIME ZONE 'UTC' AS created_at,
       "lastActiveAt" AT TIME ZONE 'UTC' AS last_used_at,
       "isImpersonation" AS is_impersonation,
       "expiresAt" AT TIME ZONE 'UTC' AS expires_at
FROM public."ProjectUserRefreshToken"
WHERE "tenancyId" = ?
