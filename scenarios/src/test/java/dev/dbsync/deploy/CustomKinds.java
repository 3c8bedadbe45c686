package dev.dbsync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kinds of other people's operators that the manifests use, with the fields that these know. */
final class CustomKinds {

    private static final Set<String> TOP = Set.of("apiVersion", "kind", "metadata", "spec");

    /** The fields of each object by its path; below a path that is not here anything goes. */
    private static final Map<String, Map<String, Set<String>>> FIELDS = Map.of(
            "ScaledObject",
            Map.of(
                    "spec",
                    Set.of(
                            "scaleTargetRef",
                            "pollingInterval",
                            "cooldownPeriod",
                            "initialCooldownPeriod",
                            "idleReplicaCount",
                            "minReplicaCount",
                            "maxReplicaCount",
                            "fallback",
                            "advanced",
                            "triggers"),
                    "spec.scaleTargetRef",
                    Set.of("apiVersion", "kind", "name", "envSourceContainerName"),
                    "spec.triggers",
                    Set.of("type", "name", "metadata", "authenticationRef", "metricType", "useCachedMetrics")),
            "ExternalSecret",
            Map.of(
                    "spec",
                    Set.of("secretStoreRef", "target", "refreshInterval", "refreshPolicy", "data", "dataFrom"),
                    "spec.secretStoreRef",
                    Set.of("kind", "name"),
                    "spec.target",
                    Set.of("name", "creationPolicy", "deletionPolicy", "template", "immutable"),
                    "spec.dataFrom",
                    Set.of("extract", "find", "rewrite", "sourceRef")));

    private CustomKinds() {}

    static boolean isOne(String document) {
        return FIELDS.keySet().stream().anyMatch(kind -> document.contains("kind: " + kind + "\n"));
    }

    static Map<?, ?> readStrictly(String document) {
        Map<?, ?> object = new org.yaml.snakeyaml.Yaml().load(document);
        assertThat(object.keySet().stream().map(String::valueOf)).isSubsetOf(TOP);
        check("spec", object.get("spec"), FIELDS.get(String.valueOf(object.get("kind"))));
        return object;
    }

    private static void check(String path, Object node, Map<String, Set<String>> fields) {
        if (node instanceof List<?> list) {
            list.forEach(entry -> check(path, entry, fields));
        } else if (node instanceof Map<?, ?> map && fields.containsKey(path)) {
            assertThat(map.keySet().stream().map(String::valueOf)).as(path).isSubsetOf(fields.get(path));
            map.forEach((name, value) -> check(path + "." + name, value, fields));
        }
    }
}
