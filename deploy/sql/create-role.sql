-- Makes the role that the three services use, with the least they need, and may be run again, say after a mapping was added.
-- For psql, as a superuser, or as a role that may create roles and owns the database and its tables, connected to the
-- internal database:
--
--   DBSYNC_INTERNAL_DB_PASSWORD=… psql -f deploy/sql/create-role.sql 'postgresql://postgres@host/internal'
--
-- Options, each as -v name=value:
--   role             its name; default dbsync
--   tables           tables of your own mappings, beside those of the built-in ones: 'public.orders, shop."Line"'
--   create_tables    on: it may also create the reference tables in schema public (DBSYNC_REFERENCE_SCHEMA=true, for trying
--                    the product out). Off by default: an application that exists brings its own tables
--   table_owner      the role that owns the mapped tables, to make ours a member of it; unset by default, see below
--
-- What it gets: CONNECT; the schema dbsync, as its owner, where all of our objects live; USAGE on the mapped tables' schemas;
-- SELECT and TRIGGER on the mapped tables. It cannot change a row of the application's.
--
-- ENABLE ALWAYS: a trigger fires for replicated changes, and under session_replication_role = replica, only if it is enabled
-- as ALWAYS, and only a table's owner may say so; TRIGGER is enough for anything else. Where the tables are written by
-- logical replication or by tools that set that parameter, either run as a member of the owner (-v table_owner=app, which
-- also permits whatever the owner may do), or let the owner run the statement that the sequencer logs at its start.
--
-- Row-level security: if a mapped table has it enabled, our role needs a policy that shows it every row.

\set ON_ERROR_STOP on
\if :{?role}
\else
    \set role dbsync
\endif
\if :{?tables}
\else
    \set tables ''
\endif
\if :{?create_tables}
\else
    \set create_tables off
\endif
\if :{?table_owner}
\else
    \set table_owner ''
\endif
\set password `printf %s "$DBSYNC_INTERNAL_DB_PASSWORD"`

BEGIN;

-- For this transaction: inside the block below psql replaces nothing.
\o /dev/null
SELECT set_config('dbsync.role', :'role', true),
       set_config('dbsync.password', :'password', true),
       set_config('dbsync.tables', :'tables', true),
       set_config('dbsync.create_tables', :'create_tables', true),
       set_config('dbsync.table_owner', :'table_owner', true);
\o

DO $create_role$
DECLARE
    service_role  text    := current_setting('dbsync.role');
    password      text    := current_setting('dbsync.password');
    create_tables boolean := current_setting('dbsync.create_tables')::boolean;
    table_owner   text    := current_setting('dbsync.table_owner');
    schema_owner  text;
    mapped        text;
    found         regclass;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service_role) THEN
        IF password = '' THEN
            RAISE EXCEPTION 'A new role needs a password: set the environment variable DBSYNC_INTERNAL_DB_PASSWORD';
        END IF;
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', service_role);
    END IF;
    IF password <> '' THEN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', service_role, password);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service_role);

    -- Only a member of the role may make a schema for it, unless it is a superuser.
    IF NOT pg_has_role(service_role, 'MEMBER') THEN
        EXECUTE format('GRANT %I TO CURRENT_USER', service_role);
    END IF;

    -- Ours from the beginning, so that the migrations need no privilege on the database.
    SELECT pg_get_userbyid(nspowner) INTO schema_owner FROM pg_namespace WHERE nspname = 'dbsync';
    IF schema_owner IS NULL THEN
        EXECUTE format('CREATE SCHEMA dbsync AUTHORIZATION %I', service_role);
    ELSIF schema_owner <> service_role THEN
        RAISE EXCEPTION 'Schema dbsync exists and belongs to %', schema_owner
            USING HINT = format('Run with -v role=%s, or hand schema dbsync and its objects over to %s first', schema_owner, service_role);
    END IF;

    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', service_role);
    IF create_tables THEN
        EXECUTE format('GRANT CREATE ON SCHEMA public TO %I', service_role);
    END IF;

    FOR mapped IN
        SELECT unnest(ARRAY [
            'public."Tenancy"',
            'public."ProjectUser"',
            'public."ContactChannel"',
            'public."Team"',
            'public."TeamMember"',
            'public."TeamMemberDirectPermission"',
            'public."ProjectUserDirectPermission"',
            'public."VerificationCode"',
            'public."EmailOutbox"',
            'public."UserNotificationPreference"',
            'public."ProjectUserRefreshToken"',
            'public."ProjectUserOAuthAccount"'])
        UNION ALL
        SELECT trim(own) FROM unnest(string_to_array(current_setting('dbsync.tables'), ',')) AS own WHERE trim(own) <> ''
    LOOP
        found := to_regclass(mapped);
        IF found IS NULL THEN
            RAISE NOTICE 'Table % does not exist, so nothing was granted on it', mapped;
        ELSE
            EXECUTE format('GRANT SELECT, TRIGGER ON TABLE %s TO %I', found, service_role);
            EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %s TO %I', relnamespace::regnamespace, service_role) FROM pg_class WHERE oid = found);
        END IF;
    END LOOP;

    IF table_owner <> '' THEN
        EXECUTE format('GRANT %I TO %I', table_owner, service_role);
    END IF;
END;
$create_role$;

COMMIT;
