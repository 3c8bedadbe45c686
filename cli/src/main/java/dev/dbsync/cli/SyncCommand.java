package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "sync",
        description = "Has a tenancy synced now, without waiting for the end of any back-off.",
        mixinStandardHelpOptions = true)
final class SyncCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Parameters(paramLabel = "TENANCY", description = "The tenancy's id.")
    private UUID tenancy;

    @Override
    public Integer call() {
        JsonNode answer = dbsync.api().post("/tenancies/" + tenancy + "/sync", null);
        dbsync.print(answer, out -> out.println("enqueued " + tenancy));
        return 0;
    }
}
