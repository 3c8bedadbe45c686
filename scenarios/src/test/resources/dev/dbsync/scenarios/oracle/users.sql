SELECT u."projectUserId"                          AS id,
       u."displayName"                            AS display_name,
       u."profileImageUrl"                        AS profile_image_url,
       c."value"                                  AS primary_email,
       c."isVerified" IS TRUE                     AS primary_email_verified,
       coalesce(u."signedUpAt", u."createdAt") AT TIME ZONE 'UTC' AS signed_up_at,
       coalesce(u."clientMetadata", '{}')         AS client_metadata,
       coalesce(u."clientReadOnlyMetadata", '{}') AS client_read_only_metadata,
       coalesce(u."serverMetadata", '{}')         AS server_metadata,
       u."isAnonymous"                            AS is_anonymous
FROM public."ProjectUser" AS u
LEFT JOIN public."ContactChannel" AS c
    ON (c."tenancyId", c."projectUserId") = (u."tenancyId", u."projectUserId")
    AND c."type" = 'EMAIL' AND c."isPrimary" IS NOT NULL
WHERE u."tenancyId" = ?
