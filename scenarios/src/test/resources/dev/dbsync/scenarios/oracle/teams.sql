SELECT "teamId" AS id,
       "displayName" AS display_name,
       "profileImageUrl" AS profile_image_url,
       "createdAt" AT TIME ZONE 'UTC' AS created_at,
       coalesce("clientMetadata", '{}') AS client_metadata,
       coalesce("clientReadOnlyMetadata", '{}') AS client_read_only_metadata,
       coalesce("serverMetadata", '{}') AS server_metadata
FROM public."Team"
WHERE "tenancyId" = ?
