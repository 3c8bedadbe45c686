package dev.dbsync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.dbsync.harness.Service;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the overlays and components come to, read strictly. Rendering needs {@code kubectl}; without it only the files as they are
 * are read.
 */
class KustomizationsTest {

    private static final Path KUBERNETES = Service.root().resolve("deploy/kubernetes");
    private static final String POLLER = Service.POLLER.module();
    private static final String ENGINE = Service.ENGINE.module();
    private static final Set<String> PUBLISHES_TO_QSTASH = Set.of("poller-publishes");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(KUBERNETES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("kustomization.yaml"))
                    .toList()
                    .stream();
        }
    }

    static Stream<String> overlays() throws IOException {
        return folders("overlays");
    }

    static Stream<String> components() throws IOException {
        return folders("components");
    }

    /** Patches too: they are objects that leave most of their fields out. */
    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsReadStrictly(Path file) throws IOException {
        assertThat(objects(Files.readString(file)).size()
                        + custom(Files.readString(file)).size())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {maxReplicas: 3}",
                "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec: {secretStore: x}"
            })
    void aMisspeltFieldOfAKindThatIsNotKubernetesOwnIsNoticedToo(String yaml) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> custom(yaml)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayIsComplete(String overlay) throws Exception {
        assertSound(render(KUBERNETES.resolve("overlays").resolve(overlay)));
    }

    @ParameterizedTest
    @MethodSource("components")
    void aComponentFitsTheBase(String component) throws Exception {
        Path folder = Files.createDirectories(
                Service.root().resolve("scenarios/target/kustomize").resolve(component));
        Path base = folder.relativize(KUBERNETES);
        Files.writeString(folder.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [%1$s/base]
                components: [%1$s/components/%2$s]
                """.formatted(base, component));

        assertSound(render(folder));
    }

    @Test
    void theMigrationJobMigratesAndTheSequencersDoNot() throws Exception {
        List<Object> production = render(KUBERNETES.resolve("overlays/production"));

        assertThat(environment(named(production, V1Job.class, "dbsync-migration")
                        .getSpec()
                        .getTemplate()))
                .containsEntry("DBSYNC_MIGRATE_ONLY", "true");
        assertThat(environment(named(production, V1Deployment.class, Service.SEQUENCER.module())
                        .getSpec()
                        .getTemplate()))
                .containsEntry("DBSYNC_MIGRATE_AT_START", "false")
                .containsEntry("DBSYNC_REFERENCE_SCHEMA", "false");
    }

    @Test
    void whatScalesByItselfHasNoNumberOfReplicas() throws Exception {
        List<Object> production = render(KUBERNETES.resolve("overlays/production"));

        for (V2HorizontalPodAutoscaler scaler : all(production, V2HorizontalPodAutoscaler.class)) {
            String name = scaler.getSpec().getScaleTargetRef().getName();
            assertThat(named(production, V1Deployment.class, name).getSpec().getReplicas())
                    .isNull();
        }
        assertThat(all(production, V2HorizontalPodAutoscaler.class)).hasSize(2);
    }

    private static void assertSound(List<Object> manifests) throws IOException {
        for (V1PodTemplateSpec template : templates(manifests)) {
            assertUnprivileged(template);
            assertReferencesExist(template, manifests);
        }
        assertThat(all(manifests, V1Deployment.class).stream().map(KustomizationsTest::name))
                .contains(Service.SEQUENCER.module(), POLLER, ENGINE);
        assertThat(all(manifests, V1PodDisruptionBudget.class).stream()
                        .map(budget ->
                                budget.getSpec().getSelector().getMatchLabels().get("app.kubernetes.io/name")))
                .containsExactlyInAnyOrder(Service.SEQUENCER.module(), POLLER, ENGINE);
        for (Service service : Service.values()) {
            V1PodTemplateSpec template = named(manifests, V1Deployment.class, service.module())
                    .getSpec()
                    .getTemplate();
            assertThat(template.getSpec().getContainers().get(0).getEnv().stream()
                            .map(V1EnvVar::getName))
                    .doesNotHaveDuplicates()
                    .containsAll(Variables.required(service))
                    .isSubsetOf(Variables.known(service));
            assertThat(template.getMetadata().getLabels())
                    .as("the label that the network policies go by")
                    .containsEntry("app.kubernetes.io/part-of", "external-db-sync");
        }
        assertIsolated(manifests);
    }

    private static void assertUnprivileged(V1PodTemplateSpec template) {
        var pod = template.getSpec();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        for (V1Container container : pod.getContainers()) {
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
            assertThat(container.getResources().getLimits()).containsKey("memory");
        }
    }

    private static void assertReferencesExist(V1PodTemplateSpec template, List<Object> manifests) throws IOException {
        V1Secret secret = (V1Secret) Yaml.load(Files.readString(KUBERNETES.resolve("base/secret.example.yaml")));
        V1ConfigMap configuration = named(manifests, V1ConfigMap.class, "dbsync-configuration");
        template.getSpec().getContainers().stream()
                .flatMap(container -> container.getEnv() == null ? Stream.empty() : container.getEnv().stream())
                .forEach(variable -> {
                    if (Variables.isSecret(variable.getName())) {
                        assertThat(variable.getValue()).as(variable.getName()).isNull();
                    }
                    var source = variable.getValueFrom();
                    if (source != null && source.getSecretKeyRef() != null) {
                        assertThat(secret.getStringData())
                                .containsKey(source.getSecretKeyRef().getKey());
                    }
                    if (source != null && source.getConfigMapKeyRef() != null) {
                        assertThat(configuration.getData())
                                .containsKey(source.getConfigMapKeyRef().getKey());
                    }
                });
    }

    /** Everything is denied but what a policy names; the engine alone leaves the cluster, and only the poller delivers to it. */
    private static void assertIsolated(List<Object> manifests) {
        List<V1NetworkPolicy> policies = all(manifests, V1NetworkPolicy.class);
        var denial = named(manifests, V1NetworkPolicy.class, "dbsync-deny-all").getSpec();
        assertThat(denial.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(denial.getIngress()).isNullOrEmpty();
        assertThat(denial.getEgress()).isNullOrEmpty();

        for (V1NetworkPolicy policy : policies) {
            boolean leaves = Stream.ofNullable(policy.getSpec().getEgress())
                    .flatMap(List::stream)
                    .anyMatch(rule -> rule.getTo() == null
                            || rule.getTo().isEmpty()
                            || rule.getTo().stream()
                                    .anyMatch(peer -> peer.getIpBlock() != null
                                            && !peer.getIpBlock().getCidr().endsWith("/32")));
            assertThat(leaves)
                    .as("%s opens the way out of the cluster", name(policy))
                    .isEqualTo(name(policy).equals(ENGINE) || PUBLISHES_TO_QSTASH.contains(name(policy)));
        }
        Set<String> callers = named(manifests, V1NetworkPolicy.class, ENGINE).getSpec().getIngress().stream()
                .flatMap(rule -> rule.getFrom().stream())
                .map(peer -> peer.getPodSelector() != null
                        ? peer.getPodSelector().getMatchLabels().toString()
                        : peer.getNamespaceSelector().getMatchLabels().toString())
                .collect(Collectors.toSet());
        assertThat(callers)
                .containsExactlyInAnyOrder(
                        "{app.kubernetes.io/name=" + POLLER + "}", "{external-db-sync/administration=true}");
    }

    private static List<V1PodTemplateSpec> templates(List<Object> manifests) {
        var templates = new ArrayList<V1PodTemplateSpec>();
        all(manifests, V1Deployment.class)
                .forEach(deployment -> templates.add(deployment.getSpec().getTemplate()));
        all(manifests, V1Job.class).forEach(job -> templates.add(job.getSpec().getTemplate()));
        all(manifests, V1CronJob.class)
                .forEach(job ->
                        templates.add(job.getSpec().getJobTemplate().getSpec().getTemplate()));
        return templates;
    }

    private static Map<String, String> environment(V1PodTemplateSpec template) {
        return template.getSpec().getContainers().get(0).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(V1EnvVar::getName, V1EnvVar::getValue));
    }

    private static List<Object> render(Path kustomization) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("kubectl", "kustomize", kustomization.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return abort("Kustomizations are not rendered: kubectl cannot be started, " + e.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        custom(output);
        return objects(output);
    }

    private static List<Object> objects(String yaml) throws IOException {
        var objects = new ArrayList<>();
        for (String document : yaml.split("(?m)^---$")) {
            if (!CustomKinds.isOne(document)) {
                objects.addAll(Yaml.loadAll(document));
            }
        }
        return objects;
    }

    private static List<Map<?, ?>> custom(String yaml) {
        return Stream.of(yaml.split("(?m)^---$"))
                .filter(CustomKinds::isOne)
                .<Map<?, ?>>map(CustomKinds::readStrictly)
                .toList();
    }

    private static Stream<String> folders(String kind) throws IOException {
        try (Stream<Path> folders = Files.list(KUBERNETES.resolve(kind))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static <T> List<T> all(List<Object> manifests, Class<T> type) {
        return manifests.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static <T extends KubernetesObject> T named(List<Object> manifests, Class<T> type, String name) {
        List<T> found = all(manifests, type).stream()
                .filter(manifest -> name(manifest).equals(name))
                .toList();
        assertThat(found).as("%s %s", type.getSimpleName(), name).hasSize(1);
        return found.get(0);
    }

    private static String name(KubernetesObject manifest) {
        return manifest.getMetadata().getName();
    }
}
