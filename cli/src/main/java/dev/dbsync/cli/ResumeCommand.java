package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(name = "resume", description = "Goes on writing to a database, at once.", mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Mixin
    private OneDatabase database;

    @Override
    public Integer call() {
        JsonNode answer = dbsync.api().post(database.path("/resume"), null);
        dbsync.print(answer, out -> out.println("resumed " + database));
        return 0;
    }
}
