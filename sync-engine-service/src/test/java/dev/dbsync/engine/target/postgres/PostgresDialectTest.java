package dev.dbsync.engine.target.postgres;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.GoldenFile;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PostgresDialectTest {

    private final PostgresDialect dialect = new PostgresDialect("their \"schema\"");

    @Test
    void writesAMapping() {
        Mapping users = MappingCatalog.load(Optional.empty()).get("users").orElseThrow();

        GoldenFile.assertSame(
                "target_users.sql",
                String.join(
                        ";\n\n",
                        dialect.createSchema(),
                        dialect.createOwnerTable(),
                        dialect.createMetadataTable(),
                        dialect.createStatusView(),
                        dialect.createTable(users),
                        dialect.comment(users),
                        dialect.lockPosition(),
                        dialect.delete(users),
                        dialect.upsertAndSavePosition(users),
                        dialect.keys(users, true)));
    }
}
