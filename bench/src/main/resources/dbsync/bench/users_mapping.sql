-- What the mapping of users makes of a tenancy, in the types of its target: built by hand after users.yaml.
-- :tenancy
SELECT src."projectUserId" AS id,
       src."displayName" AS display_name,
       src."profileImageUrl" AS profile_image_url,
       (SELECT c."value" FROM public."ContactChannel" AS c
        WHERE c."tenancyId" = src."tenancyId" AND c."projectUserId" = src."projectUserId"
          AND c."type" = 'EMAIL' AND c."isPrimary" = 'TRUE') AS primary_email,
       coalesce((SELECT c."isVerified" FROM public."ContactChannel" AS c
        WHERE c."tenancyId" = src."tenancyId" AND c."projectUserId" = src."projectUserId"
          AND c."type" = 'EMAIL' AND c."isPrimary" = 'TRUE'), false) AS primary_email_verified,
       coalesce(src."signedUpAt", src."createdAt")::timestamptz AS signed_up_at,
       coalesce(src."clientMetadata", '{}') AS client_metadata,
       coalesce(src."clientReadOnlyMetadata", '{}') AS client_read_only_metadata,
       coalesce(src."serverMetadata", '{}') AS server_metadata,
       src."isAnonymous" AS is_anonymous
FROM public."ProjectUser" AS src
WHERE src."tenancyId" = :tenancy
