package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.Ports;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Release;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services that are rolled out before their migrations have run: they say so, work on nothing, and begin once these have. */
@Tag("slow")
class NewServicesWaitForTheirSchema {

    private static final Duration START = Duration.ofSeconds(120);
    private static final int BEFORE = InternalSchema.VERSION - 1;

    @Test
    void andBeginOnceItIsThere() {
        try (var internal = PostgresServer.shared().createDatabase("internal")) {
            InternalDatabase.migrateTo(internal, BEFORE);
            enqueue(internal);
            Stack stack = Stack.builder()
                    .internal(internal)
                    .environment(Service.SEQUENCER, "DBSYNC_MIGRATE_AT_START", "false")
                    .launch();
            try (stack) {
                for (Service service : new Service[] {Service.POLLER, Service.ENGINE}) {
                    Eventually.holdsWithin(
                            START,
                            () -> assertThat(readiness(stack.service(service)))
                                    .contains(InternalSchema.tooOld(BEFORE)));
                }
                Eventually.passed(Duration.ofSeconds(3));
                assertThat(stack.all()).as("ready").noneMatch(ServiceProcess::isReady);
                assertThat(internal.queryLong("""
                        SELECT count(*) FROM dbsync."OutgoingRequest" WHERE "startedFulfillingAt" IS NULL
                        """))
                        .as("requests that nobody has claimed")
                        .isOne();

                try (var job = stack.service(Service.SEQUENCER)
                        .startAnother(
                                Release.current(),
                                Ports.free(),
                                Map.of("DBSYNC_MIGRATE_AT_START", "true", "DBSYNC_MIGRATE_ONLY", "true"))) {
                    assertThat(job.awaitEnd(START))
                            .as("exit code of the migration")
                            .isZero();
                }

                stack.all().forEach(replica -> replica.awaitReady(START));
                Eventually.holds(() -> assertThat(internal.queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\""))
                        .as("requests left")
                        .isZero());
                assertThat(stack.logs().lines()).noneMatch(line -> line.contains(" ERROR "));
            }
        }
    }

    /** As the release before did; the tenancy has no database, so the engine has only to answer. */
    private static void enqueue(TestDatabase internal) {
        internal.execute("""
                INSERT INTO dbsync."OutgoingRequest" ("deduplicationKey", "qstashOptions")
                VALUES ('sync-engine:67e55044-10b1-426f-9247-bb680e5fe0c8', '{
                    "url": "/api/latest/internal/external-db-sync/sync-engine",
                    "body": {"tenancyId": "67e55044-10b1-426f-9247-bb680e5fe0c8"}}')
                """);
    }

    private static String readiness(ServiceProcess service) throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(service.url() + "/q/health/ready"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "not listening yet";
        }
    }
}
