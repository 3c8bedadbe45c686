-- Let a standby take over at once.
-- :sequencer  this process; another one's lease is left alone
UPDATE dbsync."SequencerState" SET "leaderUntil" = now() WHERE "leader" = :sequencer::uuid AND "leaderUntil" > now();
