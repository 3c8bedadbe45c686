-- A verification has come to its end.
-- :verification, :token
-- :state, :error_code, :error_message
UPDATE dbsync."Verification" AS v
SET "state"        = :state,
    "finishedAt"   = clock_timestamp(),
    "leaseToken"   = NULL,
    "leaseUntil"   = NULL,
    "errorCode"    = :error_code::text,
    "errorMessage" = :error_message::text
WHERE v."id" = :verification AND v."leaseToken" = :token
