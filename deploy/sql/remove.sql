-- Removes everything that the product put into the internal database: the schema dbsync with its logs, requests, watermarks
-- and the encrypted connection strings, and the capture triggers on the application's tables, which go with their functions.
-- The application's tables, their rows included, stay as they are; so do the tenants' databases. There is no way back.
--
-- Stop the three services first. As a superuser or the owner of schema dbsync, connected to the internal database:
--
--   psql -f deploy/sql/remove.sql 'postgresql://postgres@host/internal'
--
-- Dropping a trigger takes a short exclusive lock on its table. Where that is not to be had within five seconds nothing
-- happens at all: run it again at a quieter moment.
--
-- The role of create-role.sql is left. Once nothing else uses it: DROP OWNED BY dbsync; DROP ROLE dbsync; where the first
-- would also drop the reference tables if that role made them (-v create_tables=on).

\set ON_ERROR_STOP on

BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS dbsync CASCADE;
COMMIT;
