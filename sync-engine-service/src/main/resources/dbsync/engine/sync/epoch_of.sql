-- The epoch that an id was given in.
-- :sequence_id
SELECT e."epoch"
FROM dbsync."SequenceEpoch" AS e
WHERE e."firstSequenceId" <= :sequence_id
ORDER BY e."ordinal" DESC
LIMIT 1;
