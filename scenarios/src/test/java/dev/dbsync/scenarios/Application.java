package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An application that keeps writing, from several connections at once: users, addresses, teams, members and invitations come,
 * change and go, many of them in transactions of several changes, some of which are rolled back. Each writer has keys of its
 * own, so that they never wait for one another.
 */
final class Application implements AutoCloseable {

    /** {@code {tenant}}, {@code {writer}}, {@code {new id}} and {@code {number}} are replaced; {@code {some …}} are rows of the writer's own. */
    private static final List<String> CHANGES = List.of("""
            INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName") VALUES ('{tenant}', '{new id}', '{writer} new')
            """, """
            INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName") VALUES ('{tenant}', '{new id}', '{writer} newer')
            """, """
            UPDATE "ProjectUser" SET "displayName" = '{writer} {number}' WHERE "tenancyId" = '{tenant}' AND "projectUserId" = {some user}
            """, """
            DELETE FROM "ProjectUser" WHERE "tenancyId" = '{tenant}' AND "projectUserId" = {some user}
            """, """
            UPDATE "ProjectUser" AS u SET "projectUserId" = '{new id}' WHERE "tenancyId" = '{tenant}' AND "projectUserId" = {some user}
                AND NOT EXISTS (SELECT FROM "ContactChannel" AS c WHERE (c."tenancyId", c."projectUserId") = (u."tenancyId", u."projectUserId"))
                AND NOT EXISTS (SELECT FROM "TeamMember" AS m WHERE (m."tenancyId", m."projectUserId") = (u."tenancyId", u."projectUserId"))
            """, """
            INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "value", "isPrimary")
            SELECT "tenancyId", "projectUserId", '{number}@example.org', 'TRUE' FROM "ProjectUser"
            WHERE "tenancyId" = '{tenant}' AND "projectUserId" = {some user}
            ON CONFLICT ("tenancyId", "projectUserId", "type", "isPrimary") DO UPDATE SET "value" = excluded."value"
            """, """
            INSERT INTO "Team" ("tenancyId", "teamId", "displayName") VALUES ('{tenant}', '{new id}', '{writer}')
            """, """
            UPDATE "Team" SET "displayName" = '{writer} {number}' WHERE "teamId" = {some team}
            """, """
            DELETE FROM "Team" WHERE "teamId" = {some team} AND {number} % 3 = 0
            """, """
            INSERT INTO "VerificationCode" ("projectId", "branchId", "type", "data", "method")
            SELECT "projectId", "branchId", 'TEAM_INVITATION', jsonb_build_object('team_id', {some team}), '{"email": "guest@example.org"}'
            FROM "Tenancy" WHERE "id" = '{tenant}'
            """, """
            INSERT INTO "TeamMember" ("tenancyId", "projectUserId", "teamId")
            SELECT u."tenancyId", u."projectUserId", t."teamId" FROM "ProjectUser" AS u JOIN "Team" AS t USING ("tenancyId")
            WHERE u."tenancyId" = '{tenant}' AND u."projectUserId" = {some user} AND t."teamId" = {some team}
            ON CONFLICT DO NOTHING
            """);

    private static final String SOME_USER = """
            (SELECT "projectUserId" FROM "ProjectUser"
             WHERE "tenancyId" = '{tenant}' AND "displayName" LIKE '{writer} %' ORDER BY random() LIMIT 1)""";
    private static final String SOME_TEAM = """
            (SELECT "teamId" FROM "Team"
             WHERE "tenancyId" = '{tenant}' AND "displayName" LIKE '{writer}%' ORDER BY random() LIMIT 1)""";

    private final ExecutorService threads;
    private final List<Future<?>> writers = new ArrayList<>();
    private final AtomicLong transactions = new AtomicLong();
    private volatile boolean stopped;

    private Application(int writers) {
        threads = Executors.newFixedThreadPool(writers);
    }

    /** Starts so many writers, each of which writes to all of the tenants. */
    static Application writing(int writers, List<Tenant> tenants) {
        var application = new Application(writers);
        for (int i = 0; i < writers; i++) {
            String name = "w" + i;
            long seed = new Random().nextLong();
            application.writers.add(application.threads.submit(() -> {
                application.write(name, new Random(seed), tenants);
                return null;
            }));
        }
        return application;
    }

    /** Waits for so many transactions more than there are now. */
    void awaitTransactions(int more) {
        long goal = transactions.get() + more;
        Eventually.holds(() -> {
            assertThat(writers).as("still writing").noneMatch(Future::isDone);
            assertThat(transactions.get()).isGreaterThanOrEqualTo(goal);
        });
    }

    /** Lets every writer end its transaction; fails if one of them could not write. */
    @Override
    public void close() {
        stopped = true;
        threads.shutdown();
        for (Future<?> writer : writers) {
            try {
                writer.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("The application could not write", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private void write(String name, Random random, List<Tenant> tenants) throws SQLException {
        try (Connection connection = tenants.get(0).installation().internal().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stopped) {
                Tenant tenant = tenants.get(random.nextInt(tenants.size()));
                int changes = 1 + random.nextInt(4);
                for (int i = 0; i < changes; i++) {
                    statement.execute(CHANGES.get(random.nextInt(CHANGES.size()))
                            .replace("{some user}", SOME_USER)
                            .replace("{some team}", SOME_TEAM)
                            .replace("{tenant}", tenant.id().toString())
                            .replace("{writer}", name)
                            .replace("{new id}", new UUID(random.nextLong(), random.nextLong()).toString())
                            .replace("{number}", Integer.toString(random.nextInt(1_000))));
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    transactions.incrementAndGet();
                }
            }
        }
    }
}
