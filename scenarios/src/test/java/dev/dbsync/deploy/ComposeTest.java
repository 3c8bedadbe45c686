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
import org.junit.jupiter.params.provider.ValueSource;
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
    void buildsEachServiceFromADockerfileThatIsThere(Service service) {
        var build = map(composed(service).get("build"));

        assertThat(Service.root().resolve(String.valueOf(build.get("dockerfile"))))
                .isRegularFile();
        assertThat(build.get("args")).isEqualTo(Map.of("SERVICE", service.module()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void theImagesAreBuiltFromTheSourcesAndRunWithoutRoot(String name) throws IOException {
        List<String> lines =
                Files.readAllLines(Service.root().resolve("deploy/images").resolve(name));
        List<String> ignored = Files.readAllLines(Service.root().resolve(".dockerignore"));

        assertThat(lines.get(0)).startsWith("# ");
        assertThat(lines).contains("ARG SERVICE", "USER 10001:10001").anyMatch(line -> line.startsWith("ENTRYPOINT ["));
        assertThat(lines.stream().filter(line -> line.startsWith("FROM ")).count())
                .as("stages")
                .isEqualTo(2);
        assertThat(ignored)
                .contains("**", "!pom.xml", "!mvnw", "!.mvn/", "**/target/")
                .noneMatch(line -> line.startsWith("!.env"));
        for (String module : modules()) {
            assertThat(ignored)
                    .as("what Maven wants to see of each module")
                    .containsAnyOf("!" + module + "/", "!" + module + "/pom.xml");
        }
        lines.stream()
                .filter(line -> line.startsWith("COPY deploy/"))
                .map(line -> line.split(" ")[1])
                .forEach(file -> {
                    assertThat(Service.root().resolve(file)).isRegularFile();
                    assertThat(ignored).contains("!" + file);
                });
    }

    /** Prometheus and Grafana read the very files that operators take. */
    @Test
    void mountsFilesThatAreThere() {
        for (String name : List.of("prometheus", "grafana")) {
            List<?> volumes =
                    (List<?>) map(map(compose.get("services")).get(name)).get("volumes");
            assertThat(volumes.stream().map(String::valueOf).filter(volume -> volume.startsWith("./")))
                    .isNotEmpty()
                    .allSatisfy(volume -> {
                        assertThat(Service.root().resolve(volume.split(":")[0])).isRegularFile();
                        assertThat(volume).endsWith(":ro");
                    });
        }
        var scraped = map(read(Service.root().resolve("deploy/monitoring/prometheus.yaml")));
        var targets = ((List<?>) map(((List<?>) map(((List<?>) scraped.get("scrape_configs")).get(0))
                                .get("static_configs"))
                        .get(0))
                .get("targets"));
        assertThat(targets)
                .isEqualTo(Stream.of(Service.values())
                        .map(service -> service.module() + ":81" + service.portSuffix())
                        .toList());
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
                .contains("internal-postgres", "tenant-postgres", "second-tenant-postgres", "prometheus", "grafana")
                .hasSize(8);
        assertThat(map(services.get("internal-postgres")).get("volumes"))
                .isNotEqualTo(map(services.get("tenant-postgres")).get("volumes"));
    }

    private Map<?, ?> composed(Service service) {
        return map(map(compose.get("services")).get(service.module()));
    }

    private static List<String> modules() throws IOException {
        return Pattern.compile("<module>([a-z-]+)</module>")
                .matcher(Files.readString(Service.root().resolve("pom.xml")))
                .results()
                .map(module -> module.group(1))
                .toList();
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
