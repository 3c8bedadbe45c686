-- What a later release might add.
ALTER TABLE "OutgoingRequest" ADD COLUMN "later" text;
