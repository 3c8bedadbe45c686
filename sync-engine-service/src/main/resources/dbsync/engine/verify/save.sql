-- Write down how far a mapping has come, and hold the verification for longer; only for who has the lease.
-- :verification, :token, :lease_millis
-- :ordinal, :sequence_id, :compared, :cursor, :candidates, :owed, :rows_compared, :missing, :extra, :different, :quarantined, :undecided,
-- :repaired, :found, :result, :reason
WITH held AS (
    UPDATE dbsync."Verification" AS v
    SET "leaseUntil" = now() + :lease_millis * interval '1 millisecond'
    WHERE v."id" = :verification AND v."leaseToken" = :token AND v."state" = 'running'
    RETURNING v."id"
)
UPDATE dbsync."VerificationMapping" AS m
SET "startedAt"    = coalesce(m."startedAt", now()),
    "sequenceId"   = :sequence_id::bigint,
    "comparedAt"   = CASE WHEN :compared THEN coalesce(m."comparedAt", now()) END,
    "pageCursor"   = :cursor::jsonb,
    "candidates"   = :candidates::jsonb,
    "owed"         = :owed::jsonb,
    "rowsCompared" = :rows_compared,
    "missing"      = :missing,
    "extra"        = :extra,
    "different"    = :different,
    "quarantined"  = :quarantined,
    "undecided"    = :undecided,
    "repaired"     = :repaired,
    "found"        = :found::jsonb,
    "result"       = :result::text,
    "reason"       = :reason::text,
    "finishedAt"   = CASE WHEN :result::text IS NULL THEN NULL ELSE now() END
FROM held
WHERE m."verificationId" = held."id" AND m."ordinal" = :ordinal
