-- What a later release might add.
SET LOCAL lock_timeout = '3s';
CREATE TABLE "Later" (
    "id"            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "destinationId" uuid   NOT NULL REFERENCES "ExternalDatabase" ("destinationId") ON DELETE CASCADE
);
