-- The time-out is below that of a target's lease, so that a slow source is not taken for a broken target.
-- Values are read as text in one unambiguous form, whatever the database's or the role's defaults are.
SET LOCAL statement_timeout = '25s';
SET LOCAL idle_in_transaction_session_timeout = '60s';
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';
SET LOCAL jit = off;
SET LOCAL search_path = public
