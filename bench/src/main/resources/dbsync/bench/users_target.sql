-- The table that the mapping of users is copied into.
CREATE TABLE users (
    id                        uuid        NOT NULL PRIMARY KEY,
    display_name              text,
    profile_image_url         text,
    primary_email             text,
    primary_email_verified    boolean     NOT NULL,
    signed_up_at              timestamptz NOT NULL,
    client_metadata           jsonb       NOT NULL,
    client_read_only_metadata jsonb       NOT NULL,
    server_metadata           jsonb       NOT NULL,
    is_anonymous              boolean     NOT NULL
);
