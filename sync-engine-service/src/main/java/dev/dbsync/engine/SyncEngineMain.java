package dev.dbsync.engine;

import dev.dbsync.common.startup.Settings;
import dev.dbsync.common.startup.StartupCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the sync engine, if its settings are in order. */
@QuarkusMain
public final class SyncEngineMain {

    private SyncEngineMain() {}

    /** @param arguments handed on to Quarkus */
    public static void main(String... arguments) {
        StartupCheck.orExit(Settings.ENGINE);
        Quarkus.run(arguments);
    }
}
