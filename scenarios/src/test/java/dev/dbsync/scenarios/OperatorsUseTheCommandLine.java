package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.cli.Dbsync;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./dbsync} against a running engine. */
class OperatorsUseTheCommandLine {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    /** What a command printed, and how it ended. */
    private record Ran(int exitCode, String out, String err) {}

    private Tenant tenant;
    private TestDatabase target;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        tenant.user("Somebody");
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        environment.put("DBSYNC_URL", installation.service(Service.ENGINE).url());
        environment.put("DBSYNC_ADMIN_TOKEN", installation.stack().secrets().adminToken());
    }

    @Test
    void statusShowsEverythingOrOneTenancy() throws IOException {
        assertThat(dbsync("status").out()).contains("tenancies", "requests", "ProjectUser");
        assertThat(dbsync("status", tenant.id().toString()).out()).contains("main", "users", "following");
        assertThat(new ObjectMapper()
                        .readTree(dbsync("status", "--json", tenant.id().toString())
                                .out())
                        .at("/tenancy/id")
                        .asText())
                .isEqualTo(tenant.id().toString());
    }

    @Test
    void tenanciesAreFound() {
        // The rows are there before the run has said that all is well.
        Eventually.holds(
                () -> assertThat(dbsync("tenancies", "--search", tenant.id().toString(), "--by-lag")
                                .out())
                        .contains(tenant.id().toString(), "ok")
                        .hasLineCount(2));
        assertThat(dbsync("tenancies", "--state", "nonsense"))
                .satisfies(ran -> assertThat(ran.exitCode()).isOne())
                .satisfies(ran -> assertThat(ran.err()).contains("INVALID"));
    }

    @Test
    void aDatabaseIsTestedPausedResumedAndSynced() {
        String id = tenant.id().toString();
        assertThat(dbsync("test", id, "main").exitCode()).isZero();

        dbsync("pause", id, "main");
        assertThat(tenant.database("main").path("paused").asBoolean()).isTrue();
        UUID user = tenant.user("While paused");
        dbsync("resume", id, "main");
        assertThat(dbsync("sync", id).out()).contains("enqueued");

        Eventually.holds(() -> assertThat(target.queryLong("SELECT count(*) FROM users WHERE id = ?", user))
                .isOne());
    }

    @Test
    void aTestThatFailsHasAnExitCode() {
        installation
                .admin()
                .connect(tenant.id(), "nowhere", "postgres://u:p@127.0.0.1:1/none")
                .expectSuccess();

        Ran ran = dbsync("test", tenant.id().toString(), "nowhere");

        assertThat(ran.exitCode()).isOne();
        assertThat(ran.out()).contains("FAIL");
        installation.admin().delete(ApiClient.pathOf(tenant.id(), "nowhere")).expectSuccess();
    }

    @Test
    void theFuseboxIsShown() {
        assertThat(dbsync("fusebox").out()).containsPattern("poller +on");
    }

    @Test
    void theTokenMayComeFromAFileAndAWrongOneIsRefused(@TempDir Path folder) throws IOException {
        String token = environment.remove("DBSYNC_ADMIN_TOKEN");
        Path file = Files.writeString(folder.resolve("token"), token + "\n");

        assertThat(dbsync("fusebox", "--token-file", file.toString()).exitCode())
                .isZero();
        assertThat(dbsync("fusebox").exitCode()).isEqualTo(2);
        environment.put("DBSYNC_ADMIN_TOKEN", "a-token-of-nobodys");
        assertThat(dbsync("fusebox"))
                .isEqualTo(new Ran(
                        1, "", "UNAUTHORIZED: Send the bearer token of this route in the Authorization header\n"));
    }

    @Test
    void anEngineThatDoesNotAnswerIsAnExitCodeOfItsOwn() {
        environment.put("DBSYNC_URL", "http://localhost:1");

        assertThat(dbsync("status").exitCode()).isEqualTo(3);
    }

    @Test
    void aVerificationIsWaitedForAndItsResultIsTheExitCode() {
        String id = tenant.id().toString();

        Ran same = dbsync("verify", id, "main", "--wait");
        target.execute("DELETE FROM users");
        Ran different = dbsync("verify", id, "main", "--wait", "--mapping", "users");

        assertThat(same.exitCode()).as(same.toString()).isZero();
        assertThat(same.out()).contains("done").containsPattern("users +identical +1");
        assertThat(different.exitCode()).as(different.toString()).isOne();
        assertThat(different.out()).containsPattern("users +different +\\d+ +1 +0");
        assertThat(same.err() + different.err()).as("where nobody watches").isEmpty();
    }

    @Test
    void whatIsCopiedAgainIsWaitedFor() {
        target.execute("DELETE FROM users");

        Ran ran = dbsync("resync", tenant.id().toString(), "main", "--wait");

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("copied again");
        Oracle.assertEqual(tenant, target);
    }

    @Test
    void progressIsDrawnForWhoeverWatchesAndNotBesideJson() throws IOException {
        String id = tenant.id().toString();

        Ran watched = run(true, "verify", id, "main", "--wait");
        Ran json = run(true, "verify", id, "main", "--wait", "--json");

        assertThat(watched.err()).startsWith("\r[").contains(" of 11 mappings").endsWith("\r");
        assertThat(json.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(json.out()).path("state").asText())
                .isEqualTo("done");
    }

    private Ran dbsync(String... arguments) {
        return run(false, arguments);
    }

    private Ran run(boolean terminal, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                Dbsync.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), terminal, arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }
}
