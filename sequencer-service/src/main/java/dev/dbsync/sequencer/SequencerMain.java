package dev.dbsync.sequencer;

import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.mapping.MappingException;
import dev.dbsync.common.startup.Settings;
import dev.dbsync.common.startup.StartupCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import org.eclipse.microprofile.config.ConfigProvider;

/** Checks the settings and the mapping files, then runs the service. */
@QuarkusMain
public class SequencerMain {

    public static void main(String... args) {
        StartupCheck.orExit(Settings.SEQUENCER);
        try {
            MappingCatalog.load(ConfigProvider.getConfig().getOptionalValue("dbsync.mappings-directory", Path.class));
        } catch (MappingException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        Quarkus.run(args);
    }
}
