-- Let a standby take over at once.
-- :timeout_millis  longest it may wait
-- :sequencer       this process; another one's lease is left alone
SET LOCAL statement_timeout = :timeout_millis;
UPDATE dbsync."SequencerState" SET "leaderUntil" = now() WHERE "leader" = :sequencer AND "leaderUntil" > now();
