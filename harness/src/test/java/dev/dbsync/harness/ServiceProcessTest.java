package dev.dbsync.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path root;

    @BeforeEach
    void packageAStandIn() throws IOException {
        System.setProperty(Service.ROOT_PROPERTY, root.toString());
        Path jar = Service.POLLER.jar();
        Files.createDirectories(jar.getParent());
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Name.MAIN_CLASS, StandInService.class.getName());
        String classFile = StandInService.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                var archive = new JarOutputStream(file, manifest);
                var code = StandInService.class.getResourceAsStream("/" + classFile)) {
            archive.putNextEntry(new JarEntry(classFile));
            code.transferTo(archive);
        }
    }

    @AfterEach
    void forgetTheStandIn() {
        System.clearProperty(Service.ROOT_PROPERTY);
    }

    @Test
    void becomesReadyEndsOnSigtermAndStartsAgain() {
        try (ServiceProcess service = start(Map.of("GREETING", "hello"))) {
            service.awaitReady(TIMEOUT);
            assertThat(service.log()).contains("hello from the stand-in");
            assertThat(new ApiClient(service.url(), "token")
                            .get("/status")
                            .body()
                            .path("authorization")
                            .asText())
                    .isEqualTo("Bearer token");

            service.pause();
            assertThat(service.isReady()).isFalse();
            service.resume();
            assertThat(service.isReady()).isTrue();

            assertThat(service.terminate()).isTrue();
            assertThat(service.isAlive()).isFalse();

            service.start();
            service.awaitReady(TIMEOUT).kill();
            assertThat(service.exitCode()).isEqualTo(128 + 9);
        }
    }

    @Test
    void tellsTheEndOfTheLogWhenItDiesAtStart() {
        try (ServiceProcess service = start(Map.of("DIE", "DBSYNC_CRON_SECRET is missing"))) {
            assertThatThrownBy(() -> service.awaitReady(TIMEOUT))
                    .hasMessageContaining("poller-service on port " + service.port() + " ended with exit code 1")
                    .hasMessageContaining("DBSYNC_CRON_SECRET is missing");
        }
    }

    @Test
    void saysHowToPackageWhatIsNot() {
        assertThatThrownBy(() -> ServiceProcess.start(Service.ENGINE, 0, Map.of(), root.resolve("log")))
                .hasMessageContaining("./mvnw -DskipTests package");
    }

    private ServiceProcess start(Map<String, String> environment) {
        return ServiceProcess.start(Service.POLLER, Ports.free(), environment, root.resolve("poller.log"));
    }
}
