package dev.dbsync.deploy;

import dev.dbsync.common.startup.Setting;
import dev.dbsync.common.startup.Setting.Presence;
import dev.dbsync.common.startup.Settings;
import dev.dbsync.harness.Service;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The environment variables of each service. */
final class Variables {

    /** Read by every service, of any form, so that the start-up check has nothing to say about them. */
    private static final List<String> CREDENTIALS =
            List.of("DBSYNC_INTERNAL_DB_USERNAME", "DBSYNC_INTERNAL_DB_PASSWORD");

    private Variables() {}

    /** Everything that the service reads. */
    static Set<String> known(Service service) {
        var names = new TreeSet<>(CREDENTIALS);
        settings(service).map(Setting::variable).forEach(names::add);
        return names;
    }

    /** Without which it does not start. */
    static Set<String> required(Service service) {
        var names = new TreeSet<String>();
        settings(service)
                .filter(setting -> setting.presence() == Presence.REQUIRED)
                .map(Setting::variable)
                .forEach(names::add);
        return names;
    }

    /** What no file in the repository may hold a value of. */
    static boolean isSecret(String variable) {
        return variable.endsWith("_PASSWORD")
                || variable.endsWith("_TOKEN")
                || variable.endsWith("_SECRET")
                || Stream.of(Service.values())
                        .anyMatch(service -> required(service).contains(variable));
    }

    private static Stream<Setting> settings(Service service) {
        return switch (service) {
            case SEQUENCER -> Settings.SEQUENCER.stream();
            case POLLER -> Settings.POLLER.stream();
            case ENGINE -> Settings.ENGINE.stream();
        };
    }
}
