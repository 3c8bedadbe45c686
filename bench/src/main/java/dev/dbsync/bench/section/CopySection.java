package dev.dbsync.bench.section;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.bench.Await;
import dev.dbsync.bench.BinaryCopy;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Resources;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Users;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.ApiClient.Response;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * How fast rows that exist already arrive, against binary {@code COPY} of the same rows prepared flat. Every round takes each
 * kind once, each into a database of its own, after a checkpoint.
 */
public final class CopySection implements Section {

    private static final int ROUNDS = 5;
    private static final int ROUNDS_OF_MANY = 3;
    private static final int MANY = 500_000;

    private static final Duration LOOK = Duration.ofMillis(3);

    private final String name;
    private final int users;

    public CopySection(String name, int users) {
        this.name = name;
        this.users = users;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return String.format("Copies of %,d users, each with an e-mail from another table, rows per second", users);
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        TestDatabase internal = lab.uncaptured();
        int count = lab.scaled(users, users / 5);
        UUID tenancy = Users.seed(internal, count);
        internal.execute(
                "CREATE TABLE public.flat AS " + Users.mappingQuery(tenancy), "VACUUM (ANALYZE, FREEZE) public.flat");
        try (Stack stack = lab.stack(internal).start()) {
            new Rounds(count, lab, stack, internal, tenancy).run(report);
        }
        report.remark("Bytes of a row in the target, all in: "
                + internal.queryLong("SELECT pg_table_size('public.flat') / count(*) FROM public.flat"));
    }

    private static final class Rounds {

        private final int users;
        private final Lab lab;
        private final Stack stack;
        private final TestDatabase internal;
        private final UUID tenancy;

        private final Samples flat = new Samples();
        private final Samples query = new Samples();
        private final Samples fromPut = new Samples();
        private final Samples fromFirstChunk = new Samples();
        private final Samples everyRowDiffers = new Samples();
        private final Samples nothingDiffers = new Samples();
        private final Samples verified = new Samples();

        private Rounds(int users, Lab lab, Stack stack, TestDatabase internal, UUID tenancy) {
            this.users = users;
            this.lab = lab;
            this.stack = stack;
            this.internal = internal;
            this.tenancy = tenancy;
        }

        private void run(Report report) throws Exception {
            // The first of each is not counted: caches are cold and the services' code is not compiled yet.
            round();
            for (Samples samples :
                    new Samples[] {flat, query, fromPut, fromFirstChunk, everyRowDiffers, nothingDiffers, verified}) {
                samples.clear();
            }
            int rounds = users >= MANY ? ROUNDS_OF_MANY : ROUNDS;
            for (int i = 0; i < lab.scaled(rounds, 2); i++) {
                round();
            }
            String goal = users >= MANY ? "0.70" : "0.60";
            report.compared("binary COPY of the flat table", flat, "rows/s", flat, "");
            report.compared("binary COPY of the mapping's query", query, "rows/s", flat, "");
            report.compared("first copy, from the PUT to following", fromPut, "rows/s", flat, goal);
            report.compared("first copy, from its announcement to following", fromFirstChunk, "rows/s", flat, "");
            report.compared("copy again, every row differs", everyRowDiffers, "rows/s", flat, "0.35 to 0.45");
            report.compared("copy again, no row differs", nothingDiffers, "rows/s", flat, "");
            report.compared(
                    "verification, no row differs", verified, "rows/s", flat, users >= MANY ? "50,000 rows/s" : "");
        }

        private void round() throws Exception {
            plain(flat, "TABLE public.flat");
            ours();
            plain(query, Users.mappingQuery(tenancy));
        }

        private void plain(Samples samples, String sql) throws Exception {
            try (TestDatabase target = lab.targetServer().createDatabase("bench_plain")) {
                target.execute(Resources.read("users_target.sql"));
                lab.checkpoint();
                samples.add(users / BinaryCopy.run(internal, sql, target, "users"));
            }
        }

        private void ours() throws Exception {
            try (TestDatabase target = lab.targetServer().createDatabase("bench_copy")) {
                lab.checkpoint();
                long start = System.nanoTime();
                Users.connect(stack, tenancy, target.connectionString());
                Users.awaitFirstChunk(internal, tenancy);
                long begun = System.nanoTime();
                Users.awaitFollowing(internal, tenancy);
                fromPut.add(users / Await.since(start));
                fromFirstChunk.add(users / Await.since(begun));
                requireAll(target);
                again(target, everyRowDiffers, "UPDATE users SET display_name = 'stale'");
                again(target, nothingDiffers, "SELECT 1");
                verify();
                stack.admin().delete(ApiClient.pathOf(tenancy, "bench")).expectSuccess();
            }
        }

        private void again(TestDatabase target, Samples samples, String first) throws Exception {
            target.execute(first, "VACUUM ANALYZE users");
            lab.checkpoint();
            long start = System.nanoTime();
            Response resync = stack.admin().post(ApiClient.pathOf(tenancy, "bench") + "/resync", Map.of());
            if (resync.status() >= 400) {
                target.execute("UPDATE _external_db_sync_metadata SET mapping_hash = 'another'");
                start = System.nanoTime();
                stack.admin().post("/tenancies/" + tenancy + "/sync", null).expectSuccess();
            }
            try (Connection connection = target.connect();
                    PreparedStatement phase =
                            connection.prepareStatement("SELECT phase FROM _external_db_sync_metadata")) {
                Await.until("the copy's beginning", LOOK, () -> !isFollowing(phase));
                Await.until("the copy's end", LOOK, () -> isFollowing(phase));
            }
            samples.add(users / Await.since(start));
            requireAll(target);
        }

        private void verify() throws Exception {
            lab.checkpoint();
            String path = ApiClient.pathOf(tenancy, "bench");
            long start = System.nanoTime();
            stack.admin().post(path + "/verify", Map.of()).expectSuccess();
            Await.until(
                    "the verification's end",
                    LOOK,
                    () -> newest(path).at("/state").asText().equals("done"));
            verified.add(users / Await.since(start));
            JsonNode found = newest(path).at("/mappings/0");
            if (found.at("/rows_compared").asLong() != users
                    || !found.at("/result").asText().equals("identical")) {
                throw new IllegalStateException("The verification found " + found);
            }
        }

        private JsonNode newest(String path) {
            return stack.admin()
                    .get(path + "/verifications")
                    .expectSuccess()
                    .body()
                    .at("/verifications/0");
        }

        private static boolean isFollowing(PreparedStatement phase) throws SQLException {
            try (ResultSet row = phase.executeQuery()) {
                return row.next() && "following".equals(row.getString(1));
            }
        }

        private void requireAll(TestDatabase target) {
            long right = target.queryLong("SELECT count(*) FROM users WHERE display_name <> 'stale'");
            if (right != users) {
                throw new IllegalStateException("Expected " + users + " users, found " + right);
            }
        }
    }
}
