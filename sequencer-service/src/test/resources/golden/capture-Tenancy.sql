-- inserts and updates
        IF NEW."projectId" IS NOT NULL AND NEW."branchId" IS NOT NULL AND NEW."id" IS NOT NULL THEN
            INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
            VALUES ('VerificationCode#tenancy:e3c6b597', jsonb_build_object('projectId', NEW."projectId", 'branchId', NEW."branchId", 'id', NEW."id"));
        END IF;
        IF TG_OP = 'UPDATE' AND ROW(OLD."id", OLD."projectId", OLD."branchId")::record *<> ROW(NEW."id", NEW."projectId", NEW."branchId")::record THEN
            IF TG_OP = 'DELETE' OR ROW(OLD."id", OLD."projectId", OLD."branchId")::record *<> ROW(NEW."id", NEW."projectId", NEW."branchId")::record THEN
                IF OLD."id" IS NOT NULL THEN
                    INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                    VALUES (OLD."id", 'Tenancy', jsonb_build_object('id', OLD."id"), jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId"));
                END IF;
            END IF;
            IF TG_OP = 'DELETE' OR ROW(OLD."projectId", OLD."branchId", OLD."id")::record *<> ROW(NEW."projectId", NEW."branchId", NEW."id")::record THEN
                IF OLD."projectId" IS NOT NULL AND OLD."branchId" IS NOT NULL AND OLD."id" IS NOT NULL THEN
                    INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
                    VALUES ('VerificationCode#tenancy:e3c6b597', jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId", 'id', OLD."id"));
                END IF;
            END IF;
        END IF;
-- deletes and changed keys
        IF TG_OP = 'DELETE' OR ROW(OLD."id", OLD."projectId", OLD."branchId")::record *<> ROW(NEW."id", NEW."projectId", NEW."branchId")::record THEN
            IF OLD."id" IS NOT NULL THEN
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                VALUES (OLD."id", 'Tenancy', jsonb_build_object('id', OLD."id"), jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId"));
            END IF;
        END IF;
        IF TG_OP = 'DELETE' OR ROW(OLD."projectId", OLD."branchId", OLD."id")::record *<> ROW(NEW."projectId", NEW."branchId", NEW."id")::record THEN
            IF OLD."projectId" IS NOT NULL AND OLD."branchId" IS NOT NULL AND OLD."id" IS NOT NULL THEN
                INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
                VALUES ('VerificationCode#tenancy:e3c6b597', jsonb_build_object('projectId', OLD."projectId", 'branchId', OLD."branchId", 'id', OLD."id"));
            END IF;
        END IF;
-- triggers
CREATE OR REPLACE TRIGGER dbsync_capture_insert AFTER INSERT ON "public"."Tenancy" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('Tenancy', '847f3d85032a4885');
CREATE OR REPLACE TRIGGER dbsync_capture_update AFTER UPDATE ON "public"."Tenancy" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('Tenancy', '847f3d85032a4885');
CREATE OR REPLACE TRIGGER dbsync_capture_delete AFTER DELETE ON "public"."Tenancy" FOR EACH ROW EXECUTE FUNCTION dbsync.log_deleted_row('Tenancy', '847f3d85032a4885');
CREATE OR REPLACE TRIGGER dbsync_capture_truncate AFTER TRUNCATE ON "public"."Tenancy" FOR EACH STATEMENT EXECUTE FUNCTION dbsync.log_truncated_table('Tenancy', '847f3d85032a4885');
ALTER TABLE "public"."Tenancy" ENABLE ALWAYS TRIGGER dbsync_capture_insert, ENABLE ALWAYS TRIGGER dbsync_capture_update, ENABLE ALWAYS TRIGGER dbsync_capture_delete, ENABLE ALWAYS TRIGGER dbsync_capture_truncate;
