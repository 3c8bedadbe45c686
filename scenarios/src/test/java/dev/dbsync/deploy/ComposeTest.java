package dev.dbsync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ComposeTest {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Z0-9_]+)(:[^}]*)?}");

    private final Path file = Service.root().resolve("docker-compose.yaml");
    private final Map<?, ?> compose = map(read(file));

    @ParameterizedTest
    @EnumSource
    void givesEachServiceWhatItReadsAndNothingElse(Service service) {
        var environment = map(composed(service).get("environment"));

        assertThat(environment.keySet().stream().map(String::valueOf))
                .containsAll(Variables.required(service))
                .isSubsetOf(Variables.known(service));
    }

    @ParameterizedTest
    @EnumSource
    void publishesEachServiceUnderThePortPrefixOnThisMachineOnly(Service service) {
        assertThat(composed(service).get("ports"))
                .isEqualTo(List.of("127.0.0.1:${PORT_PREFIX:-81}%1$d:81%1$d".formatted(service.portSuffix())));
    }

    @ParameterizedTest
    @EnumSource
    void buildsEachServiceFromADockerfileThatIsThere(Service service) throws IOException {
        var build = map(composed(service).get("build"));
        String dockerfile = Files.readString(Service.root().resolve(String.valueOf(build.get("dockerfile"))));

        assertThat(dockerfile)
                .startsWith("# ")
                .contains("FROM eclipse-temurin:25-jre")
                .contains("USER 10001")
                .contains("EXPOSE 81" + service.portSuffix())
                .contains("COPY " + service.module() + "/target/quarkus-app/app/");
        for (Service other : Service.values()) {
            assertThat(dockerfile.contains("COPY " + other.module() + "/")).isEqualTo(other == service);
        }
        assertThat(Files.readString(Service.root().resolve(".dockerignore")))
                .contains("!" + service.module() + "/target/quarkus-app/");
    }

    @Test
    void knowsNoDefaultSecret() throws IOException {
        List<String> lines = Files.readAllLines(file);
        var example = Files.readAllLines(Service.root().resolve(".env.example"));

        for (String line : lines) {
            REFERENCE.matcher(line).results().forEach(reference -> {
                if (!"PORT_PREFIX".equals(reference.group(1))) {
                    assertThat(reference.group(2)).as(line).startsWith(":?");
                    assertThat(example).as("in .env.example, empty").contains(reference.group(1) + "=");
                }
            });
        }
        Stream.of(Service.values())
                .flatMap(service -> map(composed(service).get("environment")).entrySet().stream())
                .filter(variable -> Variables.isSecret(String.valueOf(variable.getKey())))
                .forEach(variable ->
                        assertThat(String.valueOf(variable.getValue())).startsWith("${" + variable.getKey() + ":?"));
    }

    @Test
    void watchesTheHealthOfEverythingItStarts() {
        map(compose.get("services"))
                .forEach((name, service) -> assertThat(map(service).containsKey("healthcheck"))
                        .as("%s has a health check", name)
                        .isTrue());
    }

    @Test
    void theTenantIsNotTheInternalDatabase() {
        var services = map(compose.get("services"));

        assertThat(services.keySet().stream().map(String::valueOf))
                .contains("internal-postgres", "tenant-postgres")
                .hasSize(5);
        assertThat(map(services.get("internal-postgres")).get("volumes"))
                .isNotEqualTo(map(services.get("tenant-postgres")).get("volumes"));
    }

    private Map<?, ?> composed(Service service) {
        return map(map(compose.get("services")).get(service.module()));
    }

    private static Object read(Path file) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (var reader = Files.newBufferedReader(file)) {
            return new Yaml(new SafeConstructor(options)).load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<?, ?> map(Object node) {
        assertThat(node).isInstanceOf(Map.class);
        return (Map<?, ?>) node;
    }
}
