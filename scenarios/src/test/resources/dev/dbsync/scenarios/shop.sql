-- The tables of the mappings in own-mappings.
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, number text NOT NULL, ordered_on date,
    tags text[], draft boolean NOT NULL DEFAULT false);
CREATE INDEX ON shop.orders (tenant_id, id);
CREATE TABLE shop.order_lines (order_id bigint REFERENCES shop.orders ON UPDATE CASCADE ON DELETE CASCADE, line int,
    article text NOT NULL, quantity int NOT NULL, price numeric NOT NULL, PRIMARY KEY (order_id, line));
CREATE TABLE shop.every_type (id bigint PRIMARY KEY, tenant_id uuid NOT NULL,
    a_uuid uuid, some_uuid uuid[],
    a_text text, some_text text[],
    a_boolean boolean, some_boolean boolean[],
    a_integer integer, some_integer integer[],
    a_bigint bigint, some_bigint bigint[],
    a_double double precision, some_double double precision[],
    a_numeric numeric, some_numeric numeric[],
    a_date date, some_date date[],
    a_timestamptz timestamptz, some_timestamptz timestamptz[],
    a_timestamp timestamp, some_timestamp timestamp[],
    a_jsonb jsonb, some_jsonb jsonb[],
    a_bytea bytea, some_bytea bytea[]);
CREATE INDEX ON shop.every_type (tenant_id, id);
