-- inserts and updates
        IF NEW."tenancyId" IS NOT NULL THEN
            INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
            VALUES (NEW."tenancyId", 'ProjectUser', jsonb_build_object('tenancyId', NEW."tenancyId", 'projectUserId', NEW."projectUserId"));
        END IF;
        IF TG_OP = 'UPDATE' AND ROW(OLD."tenancyId", OLD."projectUserId")::record *<> ROW(NEW."tenancyId", NEW."projectUserId")::record THEN
            IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."projectUserId")::record *<> ROW(NEW."tenancyId", NEW."projectUserId")::record THEN
                IF OLD."tenancyId" IS NOT NULL THEN
                    INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                    VALUES (OLD."tenancyId", 'ProjectUser', jsonb_build_object('tenancyId', OLD."tenancyId", 'projectUserId', OLD."projectUserId"), jsonb_build_object('projectUserId', OLD."projectUserId"));
                END IF;
            END IF;
        END IF;
-- deletes and changed keys
        IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."projectUserId")::record *<> ROW(NEW."tenancyId", NEW."projectUserId")::record THEN
            IF OLD."tenancyId" IS NOT NULL THEN
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                VALUES (OLD."tenancyId", 'ProjectUser', jsonb_build_object('tenancyId', OLD."tenancyId", 'projectUserId', OLD."projectUserId"), jsonb_build_object('projectUserId', OLD."projectUserId"));
            END IF;
        END IF;
-- triggers
CREATE OR REPLACE TRIGGER dbsync_capture_insert AFTER INSERT ON "public"."ProjectUser" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('ProjectUser', 'cb97d96ea7b4762e');
CREATE OR REPLACE TRIGGER dbsync_capture_update AFTER UPDATE ON "public"."ProjectUser" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('ProjectUser', 'cb97d96ea7b4762e');
CREATE OR REPLACE TRIGGER dbsync_capture_delete AFTER DELETE ON "public"."ProjectUser" FOR EACH ROW EXECUTE FUNCTION dbsync.log_deleted_row('ProjectUser', 'cb97d96ea7b4762e');
CREATE OR REPLACE TRIGGER dbsync_capture_truncate AFTER TRUNCATE ON "public"."ProjectUser" FOR EACH STATEMENT EXECUTE FUNCTION dbsync.log_truncated_table('ProjectUser', 'cb97d96ea7b4762e');
ALTER TABLE "public"."ProjectUser" ENABLE ALWAYS TRIGGER dbsync_capture_insert, ENABLE ALWAYS TRIGGER dbsync_capture_update, ENABLE ALWAYS TRIGGER dbsync_capture_delete, ENABLE ALWAYS TRIGGER dbsync_capture_truncate;
