-- What a snapshot has seen: the newest history, and its tick.
SELECT h."history", s."tick"
FROM dbsync."SequencerState" AS s
LEFT JOIN LATERAL (SELECT n."history" FROM dbsync."SourceHistory" AS n ORDER BY n."ordinal" DESC LIMIT 1) AS h ON true;
