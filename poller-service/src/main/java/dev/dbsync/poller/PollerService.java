package dev.dbsync.poller;

import dev.dbsync.common.startup.Settings;
import dev.dbsync.common.startup.StartupCheck;
import dev.dbsync.poller.dispatch.Transport;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the service, or says in one line why not. */
@QuarkusMain
public final class PollerService {

    /** The process's entry point. */
    public static void main(String... arguments) {
        Transport.complaint(
                        key -> ConfigProvider.getConfig().getConfigValue(key).getValue())
                .ifPresent(line -> {
                    System.err.println(line);
                    System.exit(1);
                });
        StartupCheck.orExit(Settings.POLLER);
        StartupCheck.mappingsOrExit();
        Quarkus.run(arguments);
    }
}
