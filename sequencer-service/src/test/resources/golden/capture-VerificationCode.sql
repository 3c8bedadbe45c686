-- inserts and updates
        INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
        VALUES ('VerificationCode#row:e3c6b597', jsonb_build_object('projectId', NEW."projectId", 'branchId', NEW."branchId", 'id', NEW."id"));
        IF TG_OP = 'UPDATE' AND ROW(OLD."projectId", OLD."branchId", OLD."id")::record *<> ROW(NEW."projectId", NEW."branchId", NEW."id")::record THEN
            IF TG_OP = 'DELETE' OR ROW(OLD."projectId", OLD."branchId", OLD."id")::record *<> ROW(NEW."projectId", NEW."branchId", NEW."id")::record THEN
                INSERT INTO dbsync."PendingExpansion" ("expansion", "key", "data")
                VALUES ('VerificationCode#tombstone:e3c6b597', jsonb_build_object('join', jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId"), 'primaryKey', jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId", 'id', OLD."id")), jsonb_build_object('id', OLD."id"));
            END IF;
        END IF;
-- deletes and changed keys
        IF TG_OP = 'DELETE' OR ROW(OLD."projectId", OLD."branchId", OLD."id")::record *<> ROW(NEW."projectId", NEW."branchId", NEW."id")::record THEN
            INSERT INTO dbsync."PendingExpansion" ("expansion", "key", "data")
            VALUES ('VerificationCode#tombstone:e3c6b597', jsonb_build_object('join', jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId"), 'primaryKey', jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId", 'id', OLD."id")), jsonb_build_object('id', OLD."id"));
        END IF;
-- triggers
CREATE OR REPLACE TRIGGER dbsync_capture_insert AFTER INSERT ON "public"."VerificationCode" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('VerificationCode', '66b6a9f12067447b');
CREATE OR REPLACE TRIGGER dbsync_capture_update AFTER UPDATE ON "public"."VerificationCode" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('VerificationCode', '66b6a9f12067447b');
CREATE OR REPLACE TRIGGER dbsync_capture_delete AFTER DELETE ON "public"."VerificationCode" FOR EACH ROW EXECUTE FUNCTION dbsync.log_deleted_row('VerificationCode', '66b6a9f12067447b');
CREATE OR REPLACE TRIGGER dbsync_capture_truncate AFTER TRUNCATE ON "public"."VerificationCode" FOR EACH STATEMENT EXECUTE FUNCTION dbsync.log_truncated_table('VerificationCode', '66b6a9f12067447b');
ALTER TABLE "public"."VerificationCode" ENABLE ALWAYS TRIGGER dbsync_capture_insert, ENABLE ALWAYS TRIGGER dbsync_capture_update, ENABLE ALWAYS TRIGGER dbsync_capture_delete, ENABLE ALWAYS TRIGGER dbsync_capture_truncate;
