SELECT "id" AS id,
       "projectUserId" AS user_id,
       "configOAuthProviderId" AS provider,
       "providerAccountId" AS provider_account_id,
       "email" AS email,
       "createdAt" AT TIME ZONE 'UTC' AS created_at
FROM public."ProjectUserOAuthAccount"
WHERE "projectUserId" IS NOT NULL AND "tenancyId" = ?
