package dev.dbsync.harness;

import java.nio.file.Path;

/**
 * The packaged services of one release: a checkout of it in which {@code ./mvnw package} has run.
 *
 * @param root the checkout's folder
 */
public record Release(Path root) {

    /** Names the folder of the release before this one. */
    public static final String PREVIOUS_PROPERTY = "dbsync.previous-release";

    /** What this build has packaged. */
    public static Release current() {
        return new Release(Service.root());
    }

    /** What {@value #PREVIOUS_PROPERTY} names; without it this build stands in for its own predecessor. */
    public static Release previous() {
        String named = System.getProperty(PREVIOUS_PROPERTY);
        return named == null || named.isBlank()
                ? current()
                : new Release(Path.of(named).toAbsolutePath());
    }

    /** Where {@code ./mvnw package} puts what is started. */
    public Path jar(Service service) {
        return root.resolve(service.module()).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
