package dev.dbsync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.harness.Service;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KubernetesManifestsTest {

    private static final Path BASE = Service.root().resolve("deploy/kubernetes/base");
    private static final Path EXAMPLE = BASE.resolve("secret.example.yaml");

    @Test
    void theKustomizationListsEveryFileButTheExampleSecret() throws IOException {
        Map<?, ?> kustomization =
                new org.yaml.snakeyaml.Yaml().load(Files.readString(BASE.resolve("kustomization.yaml")));

        try (Stream<Path> files = Files.list(BASE)) {
            List<String> names = files.filter(file -> !file.equals(EXAMPLE))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !"kustomization.yaml".equals(name))
                    .sorted()
                    .toList();
            List<String> listed = ((List<?>) kustomization.get("resources"))
                    .stream().map(String::valueOf).sorted().toList();
            assertThat(listed).isEqualTo(names);
        }
    }

    @Test
    void aMisspeltFieldWouldBeNoticed() throws IOException {
        String misspelt = Files.readString(file(Service.POLLER)).replace("readinessProbe:", "readynessProbe:");

        assertThatThrownBy(() -> Yaml.loadAll(misspelt)).hasMessageContaining("readynessProbe");
    }

    @ParameterizedTest
    @EnumSource
    void eachServiceGetsWhatItReadsFromWhereThatIsKept(Service service) throws IOException {
        V1ConfigMap configuration = (V1ConfigMap) Yaml.load(Files.readString(BASE.resolve("configuration.yaml")));
        V1Secret secret = (V1Secret) Yaml.load(Files.readString(EXAMPLE));
        List<V1EnvVar> environment = container(service).getEnv();

        assertThat(environment.stream().map(V1EnvVar::getName))
                .doesNotHaveDuplicates()
                .containsAll(Variables.required(service))
                .isSubsetOf(Variables.known(service));
        for (V1EnvVar variable : environment) {
            assertThat(variable.getValue())
                    .as("%s is given by reference", variable.getName())
                    .isNull();
            if (Variables.isSecret(variable.getName()) || variable.getName().endsWith("_USERNAME")) {
                var reference = variable.getValueFrom().getSecretKeyRef();
                assertThat(reference.getName()).isEqualTo(secret.getMetadata().getName());
                assertThat(reference.getKey()).isEqualTo(variable.getName());
                assertThat(secret.getStringData()).containsKey(variable.getName());
            } else {
                var reference = variable.getValueFrom().getConfigMapKeyRef();
                assertThat(reference.getName())
                        .isEqualTo(configuration.getMetadata().getName());
                assertThat(configuration.getData()).containsKey(reference.getKey());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachServiceRunsWithoutPrivilegesOnAReadOnlyFileSystem(Service service) throws IOException {
        V1PodSpec pod = deployment(service).getSpec().getTemplate().getSpec();
        V1Container container = container(service);

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getVolumeMounts()).singleElement().satisfies(mount -> {
            assertThat(mount.getMountPath()).isEqualTo("/tmp");
            assertThat(pod.getVolumes()).singleElement().satisfies(volume -> {
                assertThat(volume.getName()).isEqualTo(mount.getName());
                assertThat(volume.getEmptyDir()).isNotNull();
            });
        });
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource
    void eachServiceIsProbedAndReachedOnItsPort(Service service) throws IOException {
        V1Deployment deployment = deployment(service);
        V1Service reached = (V1Service) all(service).get(1);
        V1Container container = container(service);

        assertThat(container.getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getContainerPort()).isEqualTo(8100 + service.portSuffix()));
        assertThat(path(container.getStartupProbe())).isEqualTo("/q/health/live");
        assertThat(path(container.getLivenessProbe())).isEqualTo("/q/health/live");
        assertThat(path(container.getReadinessProbe())).isEqualTo("/q/health/ready");
        assertThat(container.getImage()).isEqualTo("dbsync/" + service.module());
        assertThat(reached.getMetadata().getName()).isEqualTo(service.module());
        assertThat(reached.getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getPort()).isEqualTo(8100 + service.portSuffix()));
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels())
                .containsAllEntriesOf(reached.getSpec().getSelector());
    }

    private static String path(V1Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrValue()).isEqualTo("http");
        return probe.getHttpGet().getPath();
    }

    private static V1Container container(Service service) throws IOException {
        List<V1Container> containers =
                deployment(service).getSpec().getTemplate().getSpec().getContainers();
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    private static V1Deployment deployment(Service service) throws IOException {
        return (V1Deployment) all(service).get(0);
    }

    private static List<Object> all(Service service) throws IOException {
        List<Object> manifests = Yaml.loadAll(Files.readString(file(service)));
        assertThat(manifests).hasSize(2);
        return manifests;
    }

    private static Path file(Service service) {
        return BASE.resolve(service.module() + ".yaml");
    }
}
