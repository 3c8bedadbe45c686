-- inserts and updates
        IF NEW."tenancyId" IS NOT NULL THEN
            INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
            VALUES (NEW."tenancyId", 'Team', jsonb_build_object('tenancyId', NEW."tenancyId", 'teamId', NEW."teamId"));
        END IF;
        IF NEW."teamId" IS NOT NULL THEN
            INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
            VALUES ('VerificationCode#Team:4a0a3292', jsonb_build_object('teamId', NEW."teamId"));
        END IF;
        IF TG_OP = 'UPDATE' AND ROW(OLD."tenancyId", OLD."teamId")::record *<> ROW(NEW."tenancyId", NEW."teamId")::record THEN
            IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."teamId")::record *<> ROW(NEW."tenancyId", NEW."teamId")::record THEN
                IF OLD."tenancyId" IS NOT NULL THEN
                    INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                    VALUES (OLD."tenancyId", 'Team', jsonb_build_object('tenancyId', OLD."tenancyId", 'teamId', OLD."teamId"), jsonb_build_object('teamId', OLD."teamId"));
                END IF;
            END IF;
            IF TG_OP = 'DELETE' OR ROW(OLD."teamId")::record *<> ROW(NEW."teamId")::record THEN
                IF OLD."teamId" IS NOT NULL THEN
                    INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
                    VALUES ('VerificationCode#Team:4a0a3292', jsonb_build_object('teamId', OLD."teamId"));
                END IF;
            END IF;
        END IF;
-- deletes and changed keys
        IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."teamId")::record *<> ROW(NEW."tenancyId", NEW."teamId")::record THEN
            IF OLD."tenancyId" IS NOT NULL THEN
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                VALUES (OLD."tenancyId", 'Team', jsonb_build_object('tenancyId', OLD."tenancyId", 'teamId', OLD."teamId"), jsonb_build_object('teamId', OLD."teamId"));
            END IF;
        END IF;
        IF TG_OP = 'DELETE' OR ROW(OLD."teamId")::record *<> ROW(NEW."teamId")::record THEN
            IF OLD."teamId" IS NOT NULL THEN
                INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
                VALUES ('VerificationCode#Team:4a0a3292', jsonb_build_object('teamId', OLD."teamId"));
            END IF;
        END IF;
-- triggers
CREATE OR REPLACE TRIGGER dbsync_capture_insert AFTER INSERT ON "public"."Team" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('Team', 'd4a88d9f4bfc6633');
CREATE OR REPLACE TRIGGER dbsync_capture_update AFTER UPDATE ON "public"."Team" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('Team', 'd4a88d9f4bfc6633');
CREATE OR REPLACE TRIGGER dbsync_capture_delete AFTER DELETE ON "public"."Team" FOR EACH ROW EXECUTE FUNCTION dbsync.log_deleted_row('Team', 'd4a88d9f4bfc6633');
CREATE OR REPLACE TRIGGER dbsync_capture_truncate AFTER TRUNCATE ON "public"."Team" FOR EACH STATEMENT EXECUTE FUNCTION dbsync.log_truncated_table('Team', 'd4a88d9f4bfc6633');
ALTER TABLE "public"."Team" ENABLE ALWAYS TRIGGER dbsync_capture_insert, ENABLE ALWAYS TRIGGER dbsync_capture_update, ENABLE ALWAYS TRIGGER dbsync_capture_delete, ENABLE ALWAYS TRIGGER dbsync_capture_truncate;
