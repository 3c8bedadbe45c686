-- What a verification is of.
-- :verification, :mappings
INSERT INTO dbsync."VerificationMapping" ("verificationId", "ordinal", "mappingId")
SELECT :verification, wanted.ordinal, wanted.id
FROM unnest(:mappings::text[]) WITH ORDINALITY AS wanted (id, ordinal)
