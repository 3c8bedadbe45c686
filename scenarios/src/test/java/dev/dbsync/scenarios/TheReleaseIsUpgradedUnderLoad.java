package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.Ports;
import dev.dbsync.harness.Release;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The way of an upgrade: the schema, then the services one by one, then one of them back, while writers do not pause. What runs at
 * first is the release before, {@link Release#previous()}; without one this build stands in for it. A schema that neither knows is
 * put on top, so that services on a newer schema are seen whether or not this release has migrations.
 */
@Tag("soak")
class TheReleaseIsUpgradedUnderLoad {

    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration SOON = Duration.ofSeconds(20);

    /** A delivery that came over a kept connection when the old engine had just closed: it fails and is made again. */
    private static final String TOO_LATE = "[Error Occurred After Shutdown]";

    /** The tables that the services write. */
    private static final List<String> WRITTEN = List.of(
            "ChangedRow",
            "DeletedRow",
            "PendingExpansion",
            "OutgoingRequest",
            "SequencerState",
            "SequenceEpoch",
            "SourceHistory",
            "CapturedTable",
            "CaptureGeneration",
            "LogStatistics",
            "PurgeFloor",
            "ExternalDbSyncMetadata",
            "ExternalDatabase",
            "ExternalDatabaseMapping",
            "QuarantinedRow",
            "Verification",
            "VerificationMapping",
            "AdminAction",
            "DashboardSession");

    private static final Frontend engines = Frontend.listening();

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.release(Release.previous())
            .environment(Service.POLLER, "DBSYNC_POLLER_SYNC_ENGINE_URL", engines.url())
            .environment(Service.ENGINE, "DBSYNC_ENGINE_PUBLIC_URL", engines.url()));

    private final List<ServiceProcess> started = new ArrayList<>();
    private final Map<Service, ServiceProcess> serving = new EnumMap<>(Service.class);
    private Tenant one;
    private Tenant two;
    private TestDatabase oneTarget;
    private TestDatabase twoTarget;
    private int arrivals;

    @BeforeEach
    void connect() {
        for (Service service : Service.values()) {
            serving.put(service, installation.service(service));
        }
        engines.forwardTo(serving.get(Service.ENGINE).port());
        one = installation.tenant();
        two = installation.tenant();
        oneTarget = one.connected();
        twoTarget = two.connected();
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
    }

    @AfterEach
    void end() {
        started.forEach(ServiceProcess::close);
    }

    @AfterAll
    static void close() {
        engines.close();
    }

    @Test
    void andNothingIsLostOrWrittenTwice() {
        try (var application = Application.writing(2, List.of(one, two))) {
            application.awaitTransactions(50);
            List<ServiceProcess> early = newServicesOnThePreviousSchema();
            assertArrivesSoon();

            migrate();
            early.forEach(replica -> replica.awaitReady(START));
            early.forEach(ServiceProcess::terminate);
            application.awaitTransactions(50);
            assertArrivesSoon();

            for (Service service : Service.values()) {
                startAnewOnTheNewSchema(service);
                application.awaitTransactions(50);
            }
            for (Service service : Service.values()) {
                replace(service, Release.current());
                application.awaitTransactions(50);
            }
            replace(Service.SEQUENCER, Release.previous());
            replace(Service.ENGINE, Release.previous());
            application.awaitTransactions(50);
        }
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
        Eventually.holds(() -> assertThat(one.requests() + two.requests()).isZero());
        assertSchemaIsStillTheLaterOnes();
        assertThat(Stream.concat(installation.stack().all(), started.stream())
                        .flatMap(service -> service.log().lines()))
                .filteredOn(line -> !line.contains(TOO_LATE))
                .noneMatch(line -> line.contains(" ERROR ") || line.contains("nothing to wake them"));
    }

    /** They wait for their schema, if it is not there yet, and get in nobody's way. */
    private List<ServiceProcess> newServicesOnThePreviousSchema() {
        var early = new ArrayList<ServiceProcess>();
        for (Service service : Service.values()) {
            early.add(start(service, Release.current(), Map.of("DBSYNC_MIGRATE_AT_START", "false")));
        }
        long version = installation.internal().queryLong("""
                SELECT max("version"::integer) FROM dbsync.flyway_schema_history WHERE "success"
                """);
        if (InternalSchema.isEnough((int) version)) {
            early.forEach(replica -> replica.awaitReady(START));
        } else {
            Eventually.passed(Duration.ofSeconds(20));
            assertThat(early).as("ready").noneMatch(ServiceProcess::isReady);
        }
        return early;
    }

    private void migrate() {
        ServiceProcess job = start(Service.SEQUENCER, Release.current(), Map.of("DBSYNC_MIGRATE_ONLY", "true"));
        assertThat(job.awaitEnd(START)).as("exit code of the migration").isZero();
        WRITTEN.forEach(TheReleaseIsUpgradedUnderLoad::expand);
        Eventually.holds(
                () -> InternalDatabase.migrateBeyond(installation.internal(), "classpath:dev/dbsync/scenarios/later"));
    }

    /** As a migration does, one table in a transaction and never waiting for long, or the writers would wait behind it. */
    private static void expand(String table) {
        Eventually.holds(() -> installation.internal().execute("""
                DO $$
                BEGIN
                    SET LOCAL lock_timeout = '500ms';
                    ALTER TABLE dbsync."%1$s" ADD COLUMN "later" text, ADD COLUMN "laterToo" integer NOT NULL DEFAULT 1;
                    CREATE INDEX "%1$s_later" ON dbsync."%1$s" ("later") WHERE "later" IS NOT NULL;
                END;
                $$
                """.formatted(table)));
    }

    private void startAnewOnTheNewSchema(Service service) {
        ServiceProcess old = serving.get(service);
        assertThat(old.terminate()).as(old + " ended on SIGTERM").isTrue();
        old.start();
        old.awaitReady(START);
        assertArrivesSoon();
    }

    private void replace(Service service, Release release) {
        ServiceProcess old = serving.get(service);
        ServiceProcess fresh = start(service, release, Map.of()).awaitReady(START);
        if (service == Service.ENGINE) {
            engines.forwardTo(fresh.port());
        }
        serving.put(service, fresh);
        assertThat(old.terminate()).as(old + " ended on SIGTERM").isTrue();
        assertArrivesSoon();
    }

    private ServiceProcess start(Service service, Release release, Map<String, String> variables) {
        ServiceProcess fresh = installation.service(service).startAnother(release, Ports.free(), variables);
        started.add(fresh);
        return fresh;
    }

    private void assertArrivesSoon() {
        String name = "Arrival " + ++arrivals;
        one.user(name);
        Eventually.holdsWithin(
                SOON,
                () -> assertThat(oneTarget.queryLong("SELECT count(*) FROM users WHERE display_name = ?", name))
                        .as(name)
                        .isOne());
    }

    /** Nobody who started meanwhile has put its own functions in place of the newer ones. */
    private static void assertSchemaIsStillTheLaterOnes() {
        assertThat(installation.internal().queryText("""
                SELECT pg_get_functiondef('dbsync.enqueue_tenant_sync(uuid)'::regprocedure)
                """)).contains("of a later release");
    }
}
