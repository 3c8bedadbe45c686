SELECT "projectUserId" AS user_id,
       "permissionId" AS permission_id,
       "createdAt" AT TIME ZONE 'UTC' AS created_at
FROM public."ProjectUserDirectPermission"
WHERE "tenancyId" = ?
