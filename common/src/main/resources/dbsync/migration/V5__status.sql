-- What the status is read from without looking at everything: docs/performance.md, "Status".

-- Since when the rows of a mapping are being copied; null before its first copy.
ALTER TABLE "ExternalDatabaseMapping" ADD COLUMN "copyBeganAt" timestamptz;

-- Mappings that are not simply following: few, however many databases there are.
CREATE INDEX "ExternalDatabaseMapping_unsettled" ON "ExternalDatabaseMapping" ("destinationId")
    WHERE "state" <> 'following' OR "errorCode" IS NOT NULL;
