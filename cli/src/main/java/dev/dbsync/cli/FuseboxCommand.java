package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "fusebox",
        description = "Shows which services are switched on, and switches them. Nothing is lost while one is off.",
        mixinStandardHelpOptions = true)
final class FuseboxCommand implements Callable<Integer> {

    private static final String PATH = "/fusebox";

    /** As they are typed. */
    enum Position {
        on,
        off
    }

    @ParentCommand
    private Dbsync dbsync;

    @Option(names = "--sequencer", description = "on or off")
    private Position sequencer;

    @Option(names = "--poller", description = "on or off")
    private Position poller;

    @Option(names = "--sync-engine", description = "on or off")
    private Position syncEngine;

    @Override
    public Integer call() {
        AdminApi api = dbsync.api();
        JsonNode fusebox = api.get(PATH);
        if (sequencer != null || poller != null || syncEngine != null) {
            Map<String, Object> change = new HashMap<>();
            put(change, "sequencer_enabled", sequencer, fusebox);
            put(change, "poller_enabled", poller, fusebox);
            put(change, "sync_engine_enabled", syncEngine, fusebox);
            fusebox = api.post(PATH, change);
        }
        JsonNode shown = fusebox;
        dbsync.print(shown, out -> {
            out.println("sequencer    " + word(shown, "sequencer_enabled"));
            out.println("poller       " + word(shown, "poller_enabled"));
            out.println("sync engine  " + word(shown, "sync_engine_enabled"));
        });
        return 0;
    }

    /** The engine wants all of them, so those not named stay as they are. */
    private static void put(Map<String, Object> change, String field, Position position, JsonNode present) {
        change.put(field, position == null ? present.path(field).asBoolean() : position == Position.on);
    }

    private static String word(JsonNode fusebox, String field) {
        return fusebox.path(field).asBoolean() ? "on" : "off";
    }
}
