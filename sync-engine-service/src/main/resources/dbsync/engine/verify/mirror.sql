-- What the status shows of a mapping's newest verification.
-- :destination, :mapping, :sequence_id, :identical, :differences
UPDATE dbsync."ExternalDatabaseMapping" AS m
SET "verifiedAt"          = now(),
    "verifiedSequenceId"  = :sequence_id::bigint,
    "verifiedIdentical"   = :identical,
    "verifiedDifferences" = :differences::bigint
WHERE m."destinationId" = :destination AND m."mappingId" = :mapping
