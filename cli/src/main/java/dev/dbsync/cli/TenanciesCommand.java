package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "tenancies",
        description = "Tenancies' external databases with their state, a page at a time.",
        mixinStandardHelpOptions = true)
final class TenanciesCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Option(names = "--state", description = "Only these: ok, pending, error or paused.")
    private String state;

    @Option(names = "--search", description = "Only with this in tenancy, id, host, database or user.")
    private String search;

    @Option(names = "--by-lag", description = "Those that are behind for longest first.")
    private boolean byLag;

    @Option(names = "--limit", defaultValue = "50", description = "How many; 200 at most. Default ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--cursor", description = "Where the last page ended, as it said.")
    private String cursor;

    @Override
    public Integer call() {
        var path = new StringBuilder("/external-databases?limit=" + limit);
        add(path, "state", state);
        add(path, "search", search);
        add(path, "sort", byLag ? "lag" : null);
        add(path, "cursor", cursor);
        JsonNode page = dbsync.api().get(path.toString());
        dbsync.print(page, out -> {
            Databases.print(page.path("external_databases"), out);
            JsonNode next = page.path("next_cursor");
            if (next.isTextual()) {
                out.println("more with --cursor " + next.asText());
            }
        });
        return 0;
    }

    private static void add(StringBuilder path, String name, String value) {
        if (value != null) {
            path.append('&').append(name).append('=').append(AdminApi.encoded(value));
        }
    }
}
