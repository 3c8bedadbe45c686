-- inserts and updates
        IF NEW."tenancyId" IS NOT NULL THEN
            INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
            VALUES (NEW."tenancyId", 'ProjectUser', jsonb_build_object('tenancyId', NEW."tenancyId", 'projectUserId', NEW."projectUserId"));
        END IF;
-- deletes and changed keys
        IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."projectUserId")::record *<> ROW(NEW."tenancyId", NEW."projectUserId")::record THEN
            IF OLD."tenancyId" IS NOT NULL THEN
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                VALUES (OLD."tenancyId", 'ProjectUser', jsonb_build_object('tenancyId', OLD."tenancyId", 'projectUserId', OLD."projectUserId"), jsonb_build_object('projectUserId', OLD."projectUserId"));
            END IF;
        END IF;
-- triggers
CREATE OR REPLACE TRIGGER dbsync_capture_insert AFTER INSERT ON "public"."ProjectUser" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('ProjectUser', 'b2e61ff3c13a9c0a');
CREATE OR REPLACE TRIGGER dbsync_capture_update AFTER UPDATE ON "public"."ProjectUser" FOR EACH ROW WHEN (OLD.* *<> NEW.*) EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('ProjectUser', 'b2e61ff3c13a9c0a');
CREATE OR REPLACE TRIGGER dbsync_capture_delete AFTER DELETE ON "public"."ProjectUser" FOR EACH ROW EXECUTE FUNCTION dbsync.log_deleted_row('ProjectUser', 'b2e61ff3c13a9c0a');
CREATE OR REPLACE TRIGGER dbsync_capture_rekey AFTER UPDATE ON "public"."ProjectUser" FOR EACH ROW WHEN (ROW(OLD."tenancyId", OLD."projectUserId")::record *<> ROW(NEW."tenancyId", NEW."projectUserId")::record) EXECUTE FUNCTION dbsync.log_deleted_row('ProjectUser', 'b2e61ff3c13a9c0a');
CREATE OR REPLACE TRIGGER dbsync_capture_truncate AFTER TRUNCATE ON "public"."ProjectUser" FOR EACH STATEMENT EXECUTE FUNCTION dbsync.log_truncated_table('ProjectUser', 'b2e61ff3c13a9c0a');
ALTER TABLE "public"."ProjectUser" ENABLE ALWAYS TRIGGER dbsync_capture_insert, ENABLE ALWAYS TRIGGER dbsync_capture_update, ENABLE ALWAYS TRIGGER dbsync_capture_delete, ENABLE ALWAYS TRIGGER dbsync_capture_rekey, ENABLE ALWAYS TRIGGER dbsync_capture_truncate;
