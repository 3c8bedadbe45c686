package dev.dbsync.common.startup;

import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.mapping.MappingException;
import io.smallrye.config.SmallRyeConfig;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.ConfigProvider;

/** Refuses to start a service whose settings are missing or do not parse. */
public final class StartupCheck {

    private StartupCheck() {}

    /**
     * Returns if all is well, after a line for each variable that looks misspelt; otherwise prints one line to standard error and ends the process with exit code 1. To be called
     * first in {@code main}, before Quarkus runs.
     */
    public static void orExit(List<Setting> settings) {
        Misspellings.reports(System.getenv().keySet()).forEach(System.err::println);
        complaint(settings, values()).ifPresent(StartupCheck::exit);
    }

    /** Likewise for the mapping files: a broken one ends the process with its file, line and remedy. */
    public static void mappingsOrExit() {
        try {
            MappingCatalog.load(Optional.ofNullable(values().apply(Settings.MAPPINGS_DIRECTORY_KEY))
                    .filter(directory -> !directory.isEmpty())
                    .map(Path::of));
        } catch (MappingException | UncheckedIOException e) {
            exit(e.getMessage());
        }
    }

    /**
     * What is wrong with the first setting that is wrong, in one line without any secret's value.
     *
     * @param values by configuration key: null where nothing is set, the empty string where it is set to nothing
     */
    public static Optional<String> complaint(List<Setting> settings, Function<String, String> values) {
        return settings.stream()
                .map(setting -> setting.complaint(values))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static void exit(String line) {
        System.err.println(line);
        System.exit(1);
    }

    private static Function<String, String> values() {
        var config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        return key -> config.getConfigValue(key).getValue();
    }
}
