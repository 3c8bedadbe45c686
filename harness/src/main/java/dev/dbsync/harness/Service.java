package dev.dbsync.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/** The three services, as Maven packages them. */
public enum Service {
    SEQUENCER("sequencer-service", 41),
    POLLER("poller-service", 42),
    ENGINE("sync-engine-service", 43);

    /** Names the project's folder where it cannot be found by walking up from the working directory. */
    public static final String ROOT_PROPERTY = "dbsync.root";

    private final String module;
    private final int portSuffix;

    Service(String module, int portSuffix) {
        this.module = module;
        this.portSuffix = portSuffix;
    }

    /** The module's name, which is also the artifact's. */
    public String module() {
        return module;
    }

    /** The last digits of its default port; {@code PORT_PREFIX} are the first. */
    public int portSuffix() {
        return portSuffix;
    }

    /** Where {@code ./mvnw package} puts what is started. */
    public Path jar() {
        return Release.current().jar(this);
    }

    /**
     * The project's folder: what {@value #ROOT_PROPERTY} names, else the nearest folder upwards that holds {@code mvnw}.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path root() {
        String named = System.getProperty(ROOT_PROPERTY);
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("No folder with mvnw above the working directory: set " + ROOT_PROPERTY
                    + " to the project's folder");
        }
        return folder;
    }
}
