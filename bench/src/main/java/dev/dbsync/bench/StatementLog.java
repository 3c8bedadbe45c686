package dev.dbsync.bench;

import dev.dbsync.harness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every statement that a server executes while it is told to write them down, with the moment of its end to the millisecond. */
public final class StatementLog {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    /** As {@link Lab} sets the prefix: time, process, application. */
    private static final Pattern LINE = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d [0-9:.]{12}) UTC \\[(\\d+)] (.*?) ?LOG:  duration: ([0-9.]+) ms "
                    + " (parse|bind|execute|statement)[^:]*: (.*)",
            Pattern.DOTALL);

    private static final Pattern ENTRY = Pattern.compile("(?m)^(?=\\d{4}-\\d\\d-\\d\\d [0-9:.]{12} UTC \\[)");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");

    private final String name;
    private final PostgresServer server;

    /** @param name what the server is called in what is shown */
    public StatementLog(String name, PostgresServer server) {
        this.name = name;
        this.server = server;
    }

    /**
     * A statement.
     *
     * @param end    when it was done
     * @param millis how long parsing, binding and executing took together
     */
    public record Statement(String server, Instant end, String application, double millis, String sql) {}

    public void begin() {
        server.execute("ALTER SYSTEM SET log_min_duration_statement = 0", "SELECT pg_reload_conf()");
    }

    public void end() {
        server.execute("ALTER SYSTEM RESET log_min_duration_statement", "SELECT pg_reload_conf()");
    }

    /** What was written down so far. */
    public List<Statement> statements() throws IOException, SQLException {
        var found = new ArrayList<Statement>();
        Map<String, Double> prepared = new HashMap<>();
        for (String entry : ENTRY.split(Files.readString(file()))) {
            Matcher line = LINE.matcher(entry.strip());
            if (!line.matches()) {
                continue;
            }
            String process = line.group(2);
            double millis = Double.parseDouble(line.group(4)) + prepared.getOrDefault(process, 0d);
            if (line.group(5).equals("parse") || line.group(5).equals("bind")) {
                prepared.put(process, millis);
                continue;
            }
            prepared.remove(process);
            Instant end = LocalDateTime.parse(line.group(1), TIME).toInstant(ZoneOffset.UTC);
            String sql = COMMENT.matcher(line.group(6))
                    .replaceAll("")
                    .replaceAll("\\s+", " ")
                    .strip();
            found.add(new Statement(name, end, line.group(3), millis, sql));
        }
        return found;
    }

    private Path file() throws SQLException {
        try (Connection connection = server.connect();
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT current_setting('data_directory') || '/' || pg_current_logfile()")) {
            row.next();
            return Path.of(row.getString(1));
        }
    }
}
