package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.yaml.snakeyaml.Yaml;

/** What the running services publish is what docs/metrics.md lists, and all that alerts and dashboard ask for. */
class MetricsAreAsDocumented {

    private static final Path ROOT = Service.root();
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (dbsync_\\w+) (\\w+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? [^ ]+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(dbsync_\\w+)` \\| (\\w+) \\|");
    private static final Pattern USE = Pattern.compile("\\b((?:dbsync|jvm|http|process)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\) \\((?:rate\\()?(\\w+)");

    /** What Prometheus adds when it scrapes. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance");

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    /** By name, the kinds; and by name of the sample, its labels. */
    private static final Map<String, String> families = new TreeMap<>();

    private static final Map<String, Set<String>> samples = new HashMap<>();

    @BeforeAll
    static void scrape() throws IOException, InterruptedException {
        Tenant tenant = installation.tenant();
        tenant.user("So that everything has counted something");
        Oracle.awaitEqual(tenant, tenant.connected());
        for (ServiceProcess service : installation.stack().all().toList()) {
            String text = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(service.url() + "/q/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            FAMILY.matcher(text).results().forEach(family -> families.put(sample(family), family.group(2)));
            SAMPLE.matcher(text)
                    .results()
                    .forEach(sample -> samples.computeIfAbsent(sample.group(1), name -> new HashSet<>())
                            .addAll(labels(sample.group(2))));
        }
        // Micrometer's longest of a summary goes without saying.
        families.keySet().removeIf(name -> name.endsWith("_max"));
    }

    @Test
    void thePageListsEachWithItsKindAndNoOther() throws IOException {
        var listed = new TreeMap<String, String>();
        ROW.matcher(Files.readString(ROOT.resolve("docs/metrics.md")))
                .results()
                .forEach(row -> listed.put(row.group(1), row.group(2)));

        assertThat(listed).isEqualTo(families);
    }

    @Test
    void noLabelNamesATenancyOrADatabase() {
        families.keySet()
                .forEach(name -> samples.forEach((sample, labels) -> {
                    if (sample.startsWith(name)) {
                        assertThat(labels)
                                .as(sample)
                                .isSubsetOf("state", "blame", "quantile", "outcome", "le", "kind", "stage");
                    }
                }));
    }

    @Test
    void everyAlertAsksForWhatThereIsAndHasItsParagraph() throws IOException {
        Map<?, ?> file = new Yaml().load(Files.readString(ROOT.resolve("deploy/monitoring/alerts.yaml")));
        String operations = Files.readString(ROOT.resolve("docs/operations.md"));
        var names = new ArrayList<String>();
        for (Object group : (List<?>) file.get("groups")) {
            assertThat(((Map<?, ?>) group).keySet()).isEqualTo(Set.of("name", "rules"));
            for (Object each : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> rule = (Map<?, ?>) each;
                String name = String.valueOf(rule.get("alert"));
                names.add(name);
                assertThat(rule.keySet().stream().map(String::valueOf))
                        .as(name)
                        .contains("alert", "expr", "labels", "annotations")
                        .isSubsetOf("alert", "expr", "for", "labels", "annotations");
                assertExists(name, String.valueOf(rule.get("expr")));
                assertThat(((Map<?, ?>) rule.get("labels")).get("severity")).isIn("critical", "warning", "info");
                assertThat(((Map<?, ?>) rule.get("annotations")).get("runbook"))
                        .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
            }
        }
        assertThat(Pattern.compile("(?m)^### (Dbsync\\w+)$")
                        .matcher(operations)
                        .results()
                        .map(heading -> heading.group(1)))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void everyPanelAsksForWhatThereIs() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(ROOT.resolve("deploy/monitoring/dashboard.json").toFile());
        var ids = new HashSet<Integer>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).isTrue();
            assertThat(panel.path("targets")).isNotEmpty();
            for (JsonNode target : panel.path("targets")) {
                assertExists(panel.path("title").asText(), target.path("expr").asText());
            }
        }
        assertThat(ids).hasSizeGreaterThan(10);
    }

    /** The autoscalers too. */
    @Test
    void whatScalesAsksForWhatThereIs() throws IOException {
        for (String file : List.of("autoscaling-hpa/autoscalers.yaml", "autoscaling-keda/scaled-objects.yaml")) {
            String text = Files.readString(
                    ROOT.resolve("deploy/kubernetes/components").resolve(file));
            assertThat(USE.matcher(text).results().map(use -> use.group(1)))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(samples).containsKey(name));
        }
    }

    private static void assertExists(String where, String expression) {
        List<MatchResult> uses = USE.matcher(expression).results().toList();
        assertThat(uses).as(where).isNotEmpty();
        for (MatchResult use : uses) {
            assertThat(samples).as(where).containsKey(use.group(1));
            assertThat(labels(use.group(2))).as(where).isSubsetOf(samples.get(use.group(1)));
        }
        BY.matcher(expression)
                .results()
                .forEach(by -> assertThat(List.of(by.group(1).split(", ")))
                        .as(where)
                        .allMatch(label -> OF_THE_SCRAPE.contains(label)
                                || samples.get(by.group(2)).contains(label)));
        assertThat(expression.chars().filter(c -> c == '(').count())
                .as("brackets in '%s'", expression)
                .isEqualTo(expression.chars().filter(c -> c == ')').count());
    }

    /** A counter's samples have an ending that its family does not have in every version of the format. */
    private static String sample(MatchResult family) {
        String name = family.group(1);
        return family.group(2).equals("counter") && !name.endsWith("_total") ? name + "_total" : name;
    }

    private static Set<String> labels(String text) {
        var labels = new HashSet<String>();
        if (text != null) {
            LABEL.matcher(text).results().forEach(label -> labels.add(label.group(1)));
        }
        return labels;
    }
}
