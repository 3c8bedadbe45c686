-- Passes until nothing is left.
DO $$
DECLARE
    pass record;
BEGIN
    LOOP
        SELECT * INTO pass FROM dbsync.backfill_null_sequence_ids(1000, '00000000-0000-0000-0000-00000000b347'::uuid);
        COMMIT;
        EXIT WHEN pass.outcome <> 'sequenced';
    END LOOP;
END
$$
