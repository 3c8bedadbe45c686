-- So many passes with nothing to do, each a transaction, all of them at the server.
-- :passes
DO $$
BEGIN
    FOR i IN 1 .. :passes LOOP
        PERFORM dbsync.backfill_null_sequence_ids(1000, '00000000-0000-0000-0000-00000000b347'::uuid);
        COMMIT;
    END LOOP;
END
$$
