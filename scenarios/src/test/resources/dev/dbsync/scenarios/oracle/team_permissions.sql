SELECT "teamId" AS team_id,
       "projectUserId" AS user_id,
       "permissionId" AS permission_id,
       "createdAt" AT TIME ZONE 'UTC' AS created_at
FROM public."TeamMemberDirectPermission"
WHERE "tenancyId" = ?
