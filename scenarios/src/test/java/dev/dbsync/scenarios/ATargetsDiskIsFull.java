package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant's database lives on a file system that is really full, next to others on a disk that is not. */
@Tag("slow")
class ATargetsDiskIsFull {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private static Path disk;
    private static EmbeddedPostgresServer server;

    @BeforeAll
    static void mountASmallDisk() throws IOException, InterruptedException {
        disk = Files.createTempDirectory("dbsync-disk-");
        assumeTrue(
                succeeds("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString()),
                "Skipped: mounting a small file system takes root and the permission to mount");
        server = PostgresServer.startEmbedded(0, null, Map.of());
        Path space = Files.createDirectory(disk.resolve("space"));
        server.execute("CREATE TABLESPACE small LOCATION '" + space + "'");
    }

    @AfterAll
    static void unmount() throws IOException, InterruptedException {
        if (server != null) {
            server.stop();
            succeeds("umount", disk.toString());
        }
        Files.deleteIfExists(disk);
    }

    @Test
    void andItIsToldOthersGoOnAndItHealsWhenRoomIsMade() throws InterruptedException {
        Tenant tenant = installation.tenant();
        Tenant neighbour = installation.tenant();
        TestDatabase small = server.createDatabase("tenant");
        server.execute("ALTER DATABASE " + small.name() + " SET TABLESPACE small");
        TestDatabase next = installation.target(server);
        TestDatabase good = tenant.connected("good");
        tenant.connect("small", small, Map.of());
        neighbour.connect("main", next, Map.of());
        tenant.everything();
        Oracle.awaitEqual(tenant, small);

        installation.internal().execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "serverMetadata")
                SELECT '%s', gen_random_uuid(), 'User ' || n, jsonb_build_object('padding', repeat('x', 1900))
                FROM generate_series(1, 6000) AS n
                """.formatted(tenant.id()));

        Eventually.holdsWithin(Duration.ofSeconds(60), () -> {
            JsonNode error = tenant.database("small").path("error");
            assertThat(error.path("code").asText()).isEqualTo("TARGET_OUT_OF_RESOURCES");
            assertThat(error.path("sql_state").asText()).isEqualTo("53100");
            assertThat(error.path("blame").asText()).isEqualTo("destination");
            assertThat(error.path("remedy").asText()).contains("room");
        });
        Oracle.awaitEqual(tenant, good);
        neighbour.user("On the same server");
        Oracle.awaitEqual(neighbour, next);
        assertThat(tenant.database("good").path("status").asText()).isEqualTo("ok");

        assertThat(succeeds("mount", "-o", "remount,size=64m", disk.toString())).isTrue();

        Eventually.holdsWithin(Duration.ofSeconds(90), () -> Oracle.assertEqual(tenant, small));
        Eventually.holds(() ->
                assertThat(tenant.database("small").path("status").asText()).isEqualTo("ok"));
        installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/small");
        installation.admin().delete("/tenancies/" + neighbour.id() + "/external-databases/main");
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
