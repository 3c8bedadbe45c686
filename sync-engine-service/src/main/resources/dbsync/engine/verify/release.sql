-- A slice is over; the next one may begin after the pause, on whatever replica.
-- :verification, :token
-- :pause_millis
-- :failed  then the attempts go on counting
UPDATE dbsync."Verification" AS v
SET "leaseToken" = NULL,
    "leaseUntil" = NULL,
    "dueAt"      = now() + :pause_millis * interval '1 millisecond',
    "attempts"   = CASE WHEN :failed THEN v."attempts" ELSE 0 END
WHERE v."id" = :verification AND v."leaseToken" = :token
