SELECT "teamId" AS team_id,
       "projectUserId" AS user_id,
       "displayName" AS display_name,
       "profileImageUrl" AS profile_image_url,
       "createdAt" AT TIME ZONE 'UTC' AS created_at
FROM public."TeamMember"
WHERE "tenancyId" = ?
