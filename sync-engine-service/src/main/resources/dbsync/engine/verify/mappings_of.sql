-- How far verifications have come with each mapping.
-- :verifications
SELECT m."verificationId", m."ordinal", m."mappingId", m."startedAt", m."sequenceId", m."comparedAt", m."pageCursor", m."candidates",
    m."owed", m."rowsCompared", m."missing", m."extra", m."different", m."quarantined", m."undecided", m."repaired", m."found",
    m."result", m."reason", m."finishedAt"
FROM dbsync."VerificationMapping" AS m
WHERE m."verificationId" = ANY (:verifications::uuid[])
ORDER BY m."verificationId", m."ordinal"
