CREATE SCHEMA "their ""schema""";

CREATE TABLE "their ""schema"""."_external_db_sync_owner" (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    tenancy_id uuid NOT NULL,
    destination_id uuid NOT NULL,
    installation_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE "their ""schema"""."_external_db_sync_metadata" (
    tenancy_id uuid NOT NULL,
    mapping_name text NOT NULL,
    last_synced_sequence_id bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    epoch uuid,
    phase text NOT NULL,
    page_cursor text[],
    sweep boolean NOT NULL,
    capture_generation bigint NOT NULL,
    mapping_hash text NOT NULL,
    table_identity text NOT NULL,
    rows_copied bigint NOT NULL,
    source_history uuid,
    source_tick bigint,
    resync uuid,
    verified_at timestamptz,
    verified_sequence_id bigint,
    PRIMARY KEY (tenancy_id, mapping_name));

CREATE OR REPLACE VIEW "their ""schema"""."_external_db_sync_status" AS
SELECT m.mapping_name AS mapping,
       m.phase AS state,
       CASE WHEN m.phase <> 'pending' THEN m.last_synced_sequence_id END AS last_applied_sequence_id,
       CASE WHEN m.phase <> 'pending' THEN m.updated_at END AS last_applied_at,
       CASE WHEN m.phase <> 'pending' THEN pg_catalog.now() - m.updated_at END AS age,
       m.rows_copied,
       m.verified_at,
       m.verified_sequence_id
FROM "their ""schema"""."_external_db_sync_metadata" AS m;

CREATE TABLE "their ""schema"""."users" (
    "id" uuid NOT NULL,
    "display_name" text,
    "profile_image_url" text,
    "primary_email" text,
    "primary_email_verified" boolean NOT NULL,
    "signed_up_at" timestamp with time zone NOT NULL,
    "client_metadata" jsonb NOT NULL,
    "client_read_only_metadata" jsonb NOT NULL,
    "server_metadata" jsonb NOT NULL,
    "is_anonymous" boolean NOT NULL,
    PRIMARY KEY ("id"));

COMMENT ON TABLE "their ""schema"""."users" IS 'External DB Sync: mapping users';

SELECT mapping_name, last_synced_sequence_id, epoch, phase, page_cursor, sweep, capture_generation, mapping_hash, table_identity, rows_copied, source_history, source_tick, resync FROM "their ""schema"""."_external_db_sync_metadata" WHERE tenancy_id = ? AND mapping_name = ? AND EXISTS (SELECT FROM "their ""schema"""."_external_db_sync_owner" WHERE tenancy_id = ? AND destination_id = ? AND installation_id = ?) FOR UPDATE;

DELETE FROM "their ""schema"""."users" AS t USING pg_catalog.unnest(?::text[]) AS r (k0) WHERE t."id" = r.k0::uuid;

WITH written AS (
    INSERT INTO "their ""schema"""."users" AS t ("id", "display_name", "profile_image_url", "primary_email", "primary_email_verified", "signed_up_at", "client_metadata", "client_read_only_metadata", "server_metadata", "is_anonymous")
    SELECT r.c0::uuid, r.c1::text, r.c2::text, r.c3::text, r.c4::boolean, r.c5::timestamp with time zone, r.c6::jsonb, r.c7::jsonb, r.c8::jsonb, r.c9::boolean
    FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) AS r (c0, c1, c2, c3, c4, c5, c6, c7, c8, c9)
    ON CONFLICT ("id") DO UPDATE SET "display_name" = excluded."display_name", "profile_image_url" = excluded."profile_image_url", "primary_email" = excluded."primary_email", "primary_email_verified" = excluded."primary_email_verified", "signed_up_at" = excluded."signed_up_at", "client_metadata" = excluded."client_metadata", "client_read_only_metadata" = excluded."client_read_only_metadata", "server_metadata" = excluded."server_metadata", "is_anonymous" = excluded."is_anonymous"
    WHERE (t."display_name", t."profile_image_url", t."primary_email", t."primary_email_verified", t."signed_up_at", t."client_metadata"::text, t."client_read_only_metadata"::text, t."server_metadata"::text, t."is_anonymous") IS DISTINCT FROM (excluded."display_name", excluded."profile_image_url", excluded."primary_email", excluded."primary_email_verified", excluded."signed_up_at", excluded."client_metadata"::text, excluded."client_read_only_metadata"::text, excluded."server_metadata"::text, excluded."is_anonymous")
    RETURNING 1
), saved AS (
    UPDATE "their ""schema"""."_external_db_sync_metadata" SET last_synced_sequence_id = ?, epoch = ?, phase = ?, page_cursor = ?, sweep = ?, capture_generation = ?, mapping_hash = ?, table_identity = ?, rows_copied = ?, source_history = ?, source_tick = ?, resync = ?, updated_at = now() WHERE tenancy_id = ? AND mapping_name = ?
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) AS written, (SELECT count(*) FROM saved) AS saved,
    (EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = '"their ""schema"""."users"'::regclass AND NOT tgisinternal AND tgenabled <> 'D') OR EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE ev_class = '"their ""schema"""."users"'::regclass AND ev_enabled <> 'D')) AS watched;

SELECT t."id"::text AS k0 FROM "their ""schema"""."users" AS t WHERE (t."id") > (?::uuid) ORDER BY t."id" LIMIT ?