package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** External databases as the status has them, in a table. */
final class Databases {

    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Databases() {}

    static void print(JsonNode databases, PrintWriter out) {
        var table = new Table("TENANCY", "DATABASE", "STATUS", "LAG", "WHERE", "ERROR");
        for (JsonNode database : databases) {
            JsonNode connection = database.path("connection");
            table.row(
                    database.path("tenancy_id").asText(),
                    database.path("id").asText(),
                    database.path("status").asText(),
                    time(database.path("lag_millis")),
                    connection.path("host").asText() + ":"
                            + connection.path("port").asText() + "/"
                            + connection.path("database").asText(),
                    database.path("error").path("code").asText(""));
        }
        table.print(out);
    }

    static String time(JsonNode millis) {
        if (!millis.isNumber() && millis.asText("").isEmpty()) {
            return "";
        }
        long value = millis.asLong();
        if (value < SECOND) {
            return value + " ms";
        }
        if (value < MINUTE) {
            return value / SECOND + " s";
        }
        return value < HOUR ? value / MINUTE + " min" : value / HOUR + " h";
    }
}
