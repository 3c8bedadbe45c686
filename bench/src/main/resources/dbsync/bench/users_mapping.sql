-- What the mapping of users makes of a tenancy, in the types of its target: built by hand after users.yaml, with the e-mail joined.
-- :tenancy
SELECT src."projectUserId" AS id,
       src."displayName" AS display_name,
       src."profileImageUrl" AS profile_image_url,
       email."value" AS primary_email,
       coalesce(email."isVerified", false) AS primary_email_verified,
       coalesce(src."signedUpAt", src."createdAt")::timestamptz AS signed_up_at,
       coalesce(src."clientMetadata", '{}') AS client_metadata,
       coalesce(src."clientReadOnlyMetadata", '{}') AS client_read_only_metadata,
       coalesce(src."serverMetadata", '{}') AS server_metadata,
       src."isAnonymous" AS is_anonymous
FROM public."ProjectUser" AS src
LEFT JOIN public."ContactChannel" AS email
    ON email."tenancyId" = src."tenancyId" AND email."projectUserId" = src."projectUserId"
    AND email."type" = 'EMAIL' AND email."isPrimary" = 'TRUE'
WHERE src."tenancyId" = :tenancy
