-- inserts and updates
        IF NEW."tenancyId" IS NOT NULL THEN
            INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
            VALUES (NEW."tenancyId", 'ContactChannel', jsonb_build_object('tenancyId', NEW."tenancyId", 'projectUserId', NEW."projectUserId", 'id', NEW."id"));
        END IF;
        IF NEW."projectUserId" IS NOT NULL AND NEW."tenancyId" IS NOT NULL THEN
            INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
            VALUES (NEW."tenancyId", 'ProjectUser', jsonb_build_object('projectUserId', NEW."projectUserId", 'tenancyId', NEW."tenancyId"));
        END IF;
        IF TG_OP = 'UPDATE' AND ROW(OLD."tenancyId", OLD."projectUserId", OLD."id")::record *<> ROW(NEW."tenancyId", NEW."projectUserId", NEW."id")::record THEN
            IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."projectUserId", OLD."id")::record *<> ROW(NEW."tenancyId", NEW."projectUserId", NEW."id")::record THEN
                IF OLD."tenancyId" IS NOT NULL THEN
                    INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                    VALUES (OLD."tenancyId", 'ContactChannel', jsonb_build_object('tenancyId', OLD."tenancyId", 'projectUserId', OLD."projectUserId", 'id', OLD."id"), jsonb_build_object('id', OLD."id"));
                END IF;
            END IF;
            IF TG_OP = 'DELETE' OR ROW(OLD."projectUserId", OLD."tenancyId")::record *<> ROW(NEW."projectUserId", NEW."tenancyId")::record THEN
                IF OLD."projectUserId" IS NOT NULL AND OLD."tenancyId" IS NOT NULL THEN
                    INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
                    VALUES (OLD."tenancyId", 'ProjectUser', jsonb_build_object('projectUserId', OLD."projectUserId", 'tenancyId', OLD."tenancyId"));
                END IF;
            END IF;
        END IF;
-- deletes and changed keys
        IF TG_OP = 'DELETE' OR ROW(OLD."tenancyId", OLD."projectUserId", OLD."id")::record *<> ROW(NEW."tenancyId", NEW."projectUserId", NEW."id")::record THEN
            IF OLD."tenancyId" IS NOT NULL THEN
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                VALUES (OLD."tenancyId", 'ContactChannel', jsonb_build_object('tenancyId', OLD."tenancyId", 'projectUserId', OLD."projectUserId", 'id', OLD."id"), jsonb_build_object('id', OLD."id"));
            END IF;
        END IF;
        IF TG_OP = 'DELETE' OR ROW(OLD."projectUserId", OLD."tenancyId")::record *<> ROW(NEW."projectUserId", NEW."tenancyId")::record THEN
            IF OLD."projectUserId" IS NOT NULL AND OLD."tenancyId" IS NOT NULL THEN
                INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
                VALUES (OLD."tenancyId", 'ProjectUser', jsonb_build_object('projectUserId', OLD."projectUserId", 'tenancyId', OLD."tenancyId"));
            END IF;
        END IF;
-- triggers
CREATE OR REPLACE TRIGGER dbsync_capture_insert AFTER INSERT ON "public"."ContactChannel" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('ContactChannel', '28e1a7cd5ac72ef2');
CREATE OR REPLACE TRIGGER dbsync_capture_update AFTER UPDATE ON "public"."ContactChannel" FOR EACH ROW EXECUTE FUNCTION dbsync.reset_sequence_id_on_update('ContactChannel', '28e1a7cd5ac72ef2');
CREATE OR REPLACE TRIGGER dbsync_capture_delete AFTER DELETE ON "public"."ContactChannel" FOR EACH ROW EXECUTE FUNCTION dbsync.log_deleted_row('ContactChannel', '28e1a7cd5ac72ef2');
CREATE OR REPLACE TRIGGER dbsync_capture_truncate AFTER TRUNCATE ON "public"."ContactChannel" FOR EACH STATEMENT EXECUTE FUNCTION dbsync.log_truncated_table('ContactChannel', '28e1a7cd5ac72ef2');
ALTER TABLE "public"."ContactChannel" ENABLE ALWAYS TRIGGER dbsync_capture_insert, ENABLE ALWAYS TRIGGER dbsync_capture_update, ENABLE ALWAYS TRIGGER dbsync_capture_delete, ENABLE ALWAYS TRIGGER dbsync_capture_truncate;
