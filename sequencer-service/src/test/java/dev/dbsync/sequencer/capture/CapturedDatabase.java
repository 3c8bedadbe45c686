package dev.dbsync.sequencer.capture;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingBinder;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import dev.dbsync.sequencer.capture.CaptureInstaller.Installation;
import dev.dbsync.sequencer.expand.Expander;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The reference tables and an operator's own, captured, with two tenancies; logs are empty before every test, and tests use
 * keys of their own.
 */
public final class CapturedDatabase implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private static final String OWN_TABLES = """
            CREATE SCHEMA "odd.schema";
            CREATE TABLE "odd.schema"."we""ird.Table" (
                "the ""id" int NOT NULL, "te'nancy" uuid, "back\\slash" text NOT NULL, note json,
                PRIMARY KEY ("the ""id"));
            CREATE TABLE public.orders (id int PRIMARY KEY, tenancy uuid, customer text, note text);
            CREATE TABLE public.order_lines (id int PRIMARY KEY, order_id int, text text);
            """;

    private static final String ODD_MAPPING = """
            mapping: odd
            source:
              schema: odd.schema
              table: we"ird.Table
              key: ['the "id']
              tenancy: {column: te'nancy}
            target: {table: odd}
            columns:
              - {name: id, type: text, key: true, source: 'back\\slash'}
            """;

    private static final String ORDERS_MAPPING = """
            mapping: orders
            source:
              table: orders
              key: [id]
              tenancy: {column: tenancy}
            depends_on:
              - table: order_lines
                on:
                  - {column: order_id, source: id}
            target: {table: orders}
            columns:
              - {name: id, type: integer, key: true, source: id}
              - {name: lines, type: text, sql: "(SELECT string_agg(l.text, ',') FROM public.order_lines l WHERE l.order_id = src.id)"}
            """;

    private TestDatabase database;
    private List<BoundMapping> mappings;
    private CaptureInstaller installer;
    private Expander expander;
    private Installation first;
    private UUID tenancy;
    private UUID otherTenancy;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        database = InternalDatabase.migrated(PostgresServer.shared());
        database.execute(resource("/dbsync/sequencer/reference/reference-schema.sql"), OWN_TABLES);
        mappings = bind(operatorFiles());
        installer = new CaptureInstaller(dataSource());
        first = installer.runOnce(mappings);
        expander = new Expander(dataSource(), Clock.systemUTC());
        expander.load(mappings);
        tenancy = newTenancy("project", "main");
        otherTenancy = newTenancy("other", "main");
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        forget();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        database.drop();
    }

    TestDatabase database() {
        return database;
    }

    CaptureInstaller installer() {
        return installer;
    }

    public Expander expander() {
        return expander;
    }

    /** One more, with a clock of its own. */
    public Expander expander(Clock clock) throws SQLException {
        var another = new Expander(dataSource(), clock);
        another.load(mappings);
        return another;
    }

    List<BoundMapping> mappings() {
        return mappings;
    }

    Installation firstInstallation() {
        return first;
    }

    public UUID tenancy() {
        return tenancy;
    }

    public UUID otherTenancy() {
        return otherTenancy;
    }

    public UUID newTenancy(String project, String branch) {
        UUID id = UUID.randomUUID();
        database.update("INSERT INTO \"Tenancy\" VALUES (?, ?, ?)", id, project, branch);
        return id;
    }

    public UUID newUser(UUID of) {
        UUID user = UUID.randomUUID();
        database.update(
                "INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\", \"displayName\") VALUES (?, ?, 'Ada')",
                of,
                user);
        return user;
    }

    public UUID newTeam(UUID of) {
        UUID team = UUID.randomUUID();
        database.update(
                "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\") VALUES (?, ?, 'Crew')", of, team);
        return team;
    }

    public UUID newInvitation(String project, UUID team) {
        UUID id = UUID.randomUUID();
        database.update("""
                INSERT INTO "VerificationCode" ("projectId", "branchId", "id", "type", "data", "method")
                VALUES (?, 'main', ?, 'TEAM_INVITATION', jsonb_build_object('team_id', ?::uuid), '{"email": "a@b.c"}')
                """, project, id, team);
        return id;
    }

    public TestDatabase open() {
        return database;
    }

    /** Empties what capture writes. */
    public void forget() {
        database.execute(
                "DELETE FROM dbsync.\"ChangedRow\"; DELETE FROM dbsync.\"DeletedRow\"; DELETE FROM dbsync.\"PendingExpansion\";"
                        + " DELETE FROM dbsync.\"CaptureGeneration\"; DELETE FROM dbsync.\"OutgoingRequest\"");
    }

    /** {@code tenancyId tableName primaryKey} of every changed entry in order. */
    public List<String> changed() {
        return texts(
                "SELECT \"tenancyId\" || ' ' || \"tableName\" || ' ' || \"primaryKey\" FROM dbsync.\"ChangedRow\" ORDER BY \"id\"");
    }

    /** {@code tenancyId tableName primaryKey data} of every tombstone in order. */
    public List<String> deleted() {
        return texts("SELECT \"tenancyId\" || ' ' || \"tableName\" || ' ' || \"primaryKey\" || ' ' || \"data\""
                + " FROM dbsync.\"DeletedRow\" ORDER BY \"id\"");
    }

    /** {@code expansion-without-hash key} of everything pending in order. */
    public List<String> pending() {
        return texts(
                "SELECT split_part(\"expansion\", ':', 1) || ' ' || \"key\" FROM dbsync.\"PendingExpansion\" ORDER BY \"id\"");
    }

    /** {@code tableName reason} of every generation in order. */
    List<String> generations() {
        return texts("SELECT \"tableName\" || ' ' || \"reason\" FROM dbsync.\"CaptureGeneration\" ORDER BY \"id\"");
    }

    private List<String> texts(String sql) {
        return database.query(sql).stream()
                .map(Map::values)
                .map(values -> (String) values.iterator().next())
                .toList();
    }

    DataSource dataSource() {
        return dataSource(database);
    }

    static DataSource dataSource(TestDatabase as) {
        var source = new PGSimpleDataSource();
        source.setUrl(as.jdbcUrl());
        source.setUser(as.username());
        source.setPassword(as.password());
        return source;
    }

    List<BoundMapping> bind(Optional<Path> directory) throws SQLException {
        try (Connection connection = database.connect()) {
            return MappingBinder.bind(MappingCatalog.load(directory), connection)
                    .active();
        }
    }

    private static Optional<Path> operatorFiles() throws IOException {
        Path directory = Files.createTempDirectory("mappings");
        Files.writeString(directory.resolve("odd.yaml"), ODD_MAPPING);
        Files.writeString(directory.resolve("orders.yaml"), ORDERS_MAPPING);
        return Optional.of(directory);
    }

    private static String resource(String path) {
        try (InputStream in = CapturedDatabase.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
