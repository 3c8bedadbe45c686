SELECT v."id" AS id,
       t."teamId" AS team_id,
       t."displayName" AS team_display_name,
       coalesce(v."method" ->> 'email', '') AS recipient_email,
       round(extract(epoch FROM v."expiresAt") * 1000)::bigint AS expires_at_millis,
       v."createdAt" AT TIME ZONE 'UTC' AS created_at
FROM public."VerificationCode" AS v
JOIN public."Tenancy" AS y ON (y."projectId", y."branchId") = (v."projectId", v."branchId")
JOIN public."Team" AS t ON t."tenancyId" = y."id" AND t."teamId"::text = v."data" ->> 'team_id'
WHERE v."type" = 'TEAM_INVITATION' AND y."id" = ?
