package dev.dbsync.poller;

import dev.dbsync.common.startup.Settings;
import dev.dbsync.common.startup.StartupCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service, or says in one line why not. */
@QuarkusMain
public final class PollerService {

    /** The process's entry point. */
    public static void main(String... arguments) {
        StartupCheck.orExit(Settings.POLLER);
        StartupCheck.mappingsOrExit();
        Quarkus.run(arguments);
    }
}
