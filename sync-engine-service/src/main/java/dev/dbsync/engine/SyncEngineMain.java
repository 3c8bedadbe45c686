package dev.dbsync.engine;

import dev.dbsync.common.startup.Settings;
import dev.dbsync.common.startup.StartupCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the sync engine, if its settings are in order. */
@QuarkusMain
public class SyncEngineMain {

    /** @param arguments handed on to Quarkus */
    public static void main(String... arguments) {
        StartupCheck.orExit(Settings.ENGINE);
        StartupCheck.mappingsOrExit();
        Quarkus.run(arguments);
    }
}
