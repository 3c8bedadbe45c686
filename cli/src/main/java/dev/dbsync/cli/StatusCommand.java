package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "status", description = "How far everything is, or one tenancy.", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Parameters(
            arity = "0..1",
            paramLabel = "TENANCY",
            description = "The tenancy's id; without it, all of them together.")
    private UUID tenancy;

    @Override
    public Integer call() {
        JsonNode status =
                dbsync.api().get(tenancy == null ? "/status?scope=all" : "/status?scope=tenancy&tenancyId=" + tenancy);
        dbsync.print(status, out -> print(status, out));
        return 0;
    }

    private void print(JsonNode status, PrintWriter out) {
        JsonNode global = status.path("global");
        if (!global.isNull()) {
            out.printf(
                    "tenancies  %s, of which %s are synced%n",
                    global.path("tenancies_total").asText(),
                    global.path("tenancies_with_db_sync").asText());
        }
        JsonNode poller = status.path("poller");
        out.printf(
                "requests   %s pending, %s in flight, %s retrying, %s stale%n",
                poller.path("pending").asText(),
                poller.path("in_flight").asText(),
                poller.path("retrying").asText(),
                poller.path("stale").asText());
        out.println();
        var tables = new Table("TABLE", "ROWS", "WITHOUT AN ID");
        for (JsonNode table : status.path("sequencer").path("tables")) {
            tables.row(
                    table.path("table_name").asText(),
                    table.path("total").asText(),
                    table.path("pending").asText());
        }
        tables.print(out);
        JsonNode databases = status.path("sync_engine").path("external_databases");
        if (!databases.isEmpty()) {
            out.println();
            Databases.print(databases, out);
            databases.forEach(database -> printMappings(database, out));
        }
    }

    private static void printMappings(JsonNode database, PrintWriter out) {
        out.println();
        out.println(database.path("id").asText() + ":");
        var table = new Table("MAPPING", "STATE", "ROWS BEHIND", "APPLIED", "QUARANTINED", "ERROR");
        for (JsonNode mapping : database.path("mapping_status")) {
            table.row(
                    mapping.path("mapping_id").asText(),
                    mapping.path("state").asText(),
                    mapping.path("rows_behind").asText(),
                    mapping.path("rows_applied_total").asText(),
                    mapping.path("quarantined_rows").asText(),
                    mapping.path("error").path("code").asText(""));
        }
        table.print(out);
    }
}
