package dev.dbsync.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * A hot standby of an embedded server: a copy of its data that follows it by streaming replication and can take its place.
 *
 * <pre>
 *   following ──stopFollowing──▶ left behind
 *       └──────────takeOver──────────┴──▶ a server on the primary's address
 * </pre>
 *
 * It follows asynchronously, so that a commit may be lost with its primary, unless {@link #makeSynchronous} was called. Not
 * thread-safe.
 */
public final class StandbyServer implements AutoCloseable {

    private static final String NAME = "standby";
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** What belongs to the primary's process, and directories whose content it makes anew or sends by itself. */
    private static final Set<String> NOT_COPIED = Set.of(
            "postmaster.pid",
            "postmaster.opts",
            "epg-lock",
            "postgresql.auto.conf",
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private final EmbeddedPostgresServer primary;
    private EmbeddedPostgresServer server;

    private StandbyServer(EmbeddedPostgresServer primary, EmbeddedPostgresServer server) {
        this.primary = primary;
        this.server = server;
    }

    /**
     * Copies a running server, once per primary, and starts the copy as its standby, on a port of its own.
     *
     * @return as soon as it has caught up
     */
    public static StandbyServer of(EmbeddedPostgresServer primary) {
        Path data = EmbeddedPostgresServer.temporaryDirectory();
        try (Connection connection = primary.connect()) {
            // The slot keeps what the copy will ask for first.
            connection
                    .createStatement()
                    .execute("SELECT pg_create_physical_replication_slot('%s', true)".formatted(NAME));
            connection.createStatement().execute("SELECT pg_backup_start('%s', true)".formatted(NAME));
            copy(primary.dataDirectory(), data);
            Files.writeString(data.resolve("backup_label"), backupLabel(connection));
            Files.writeString(data.resolve("postgresql.auto.conf"), """
                    primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=%s'
                    primary_slot_name = '%2$s'
                    """.formatted(primary.port(), NAME));
            Files.writeString(data.resolve("standby.signal"), "", StandardOpenOption.CREATE);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot copy " + primary + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var standby = new StandbyServer(primary, EmbeddedPostgresServer.startThrowAway(0, data, Map.of()));
        standby.awaitCaughtUp();
        return standby;
    }

    /**
     * From now on a commit on the primary waits until the standby has it too: nothing is lost with the primary.
     *
     * @throws IllegalStateException if the primary was not started with {@code synchronous_commit} on, which it needs for that
     */
    public void makeSynchronous() {
        if (!"on".equals(text(primary, "SHOW synchronous_commit"))) {
            throw new IllegalStateException("Start " + primary + " with synchronous_commit=on: it waits for nobody");
        }
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = '" + NAME + "'", "SELECT pg_reload_conf()");
        await(primary, "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'");
    }

    /** From now on nothing that is committed on the primary reaches the standby. For one that is not synchronous. */
    public void stopFollowing() {
        server.execute("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
        await(primary, "SELECT count(*) = 0 FROM pg_stat_replication");
    }

    /** Waits until everything that is committed on the primary by now can be seen here. */
    public void awaitCaughtUp() {
        String position = text(primary, "SELECT pg_current_wal_insert_lsn()");
        await(server, "SELECT pg_last_wal_replay_lsn() >= '%s'::pg_lsn".formatted(position));
    }

    /** The standby as a server that can be read from, on a port of its own. */
    public EmbeddedPostgresServer server() {
        return server;
    }

    /**
     * Promotes the standby and starts it again on the primary's port: whoever knew the primary finds this one. The primary
     * has to be dead, and stays dead.
     *
     * @return the new primary, which ends with this standby
     */
    public EmbeddedPostgresServer takeOver() {
        server.execute("SELECT pg_promote(true)");
        server = server.movedTo(primary.port());
        return server;
    }

    /** Ends it and deletes its data. */
    @Override
    public void close() {
        server.stop();
    }

    private static String backupLabel(Connection connection) throws SQLException {
        try (ResultSet result =
                connection.createStatement().executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
            result.next();
            return result.getString(1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!directory.equals(from)) {
                    Files.createDirectory(to.resolve(from.relativize(directory)));
                }
                return NOT_COPIED.contains(directory.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!NOT_COPIED.contains(file.getFileName().toString())) {
                    try {
                        Files.copy(file, to.resolve(from.relativize(file)));
                    } catch (NoSuchFileException e) {
                        // Dropped since; the log says so to the copy as well.
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private static void await(PostgresServer server, String condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!"t".equals(text(server, condition))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not within " + LONGEST + " on " + server + ": " + condition);
            }
            server.execute("SELECT pg_sleep(0.05)");
        }
    }

    private static String text(PostgresServer server, String sql) {
        return server.database("postgres").queryText(sql);
    }
}
