package dev.dbsync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code dbsync}: what the commands share. */
@Command(
        name = "dbsync",
        description = "Looks after External DB Sync through its admin API.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StatusCommand.class,
            TenanciesCommand.class,
            TestCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ResyncCommand.class,
            VerifyCommand.class,
            SyncCommand.class,
            FuseboxCommand.class
        })
public final class Dbsync {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--url",
            scope = ScopeType.INHERIT,
            description = "The engine; else DBSYNC_URL, else http://localhost:8143.")
    private String url;

    @Option(
            names = "--token-file",
            scope = ScopeType.INHERIT,
            description =
                    "A file with an admin token; else DBSYNC_ADMIN_TOKEN. Never an argument, where others would see it.")
    private Path tokenFile;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the engine's answer as it is.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Set by the script, which knows whether standard error is one. */
    private static final String TERMINAL = "dbsync.terminal";

    private final Map<String, String> environment;
    private final boolean terminal;

    Dbsync(Map<String, String> environment, boolean terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    /** Ends the process with the command's exit code. */
    public static void main(String... arguments) {
        System.exit(run(
                System.getenv(),
                new PrintWriter(System.out, true),
                new PrintWriter(System.err, true),
                Boolean.getBoolean(TERMINAL),
                arguments));
    }

    /**
     * Runs a command and returns its exit code, see the package.
     *
     * @param terminal whether somebody watches standard error, so that progress may be drawn there
     */
    public static int run(
            Map<String, String> environment, PrintWriter out, PrintWriter err, boolean terminal, String... arguments) {
        var commandLine =
                new CommandLine(new Dbsync(environment, terminal)).setOut(out).setErr(err);
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
            if (exception instanceof Problem problem) {
                command.getErr().println(problem.getMessage());
                return problem.exitCode();
            }
            throw exception;
        });
        return commandLine.execute(arguments);
    }

    AdminApi api() {
        String prefix = environment.getOrDefault("PORT_PREFIX", "81");
        return new AdminApi(
                url != null ? url : environment.getOrDefault("DBSYNC_URL", "http://localhost:" + prefix + "43"),
                token());
    }

    /** Where a command that waits shows how far it is. */
    ProgressBar progress() {
        return new ProgressBar(spec.commandLine().getErr(), terminal && !json);
    }

    /** Prints the answer as it is, or in words. */
    void print(JsonNode answer, Consumer<PrintWriter> inWords) {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            inWords.accept(out);
            out.flush();
            return;
        }
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String token() {
        if (tokenFile != null) {
            try {
                return Files.readString(tokenFile).strip();
            } catch (IOException e) {
                throw new ParameterException(spec.commandLine(), "The token file " + tokenFile + " cannot be read");
            }
        }
        String token = environment.getOrDefault("DBSYNC_ADMIN_TOKEN", "");
        if (token.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "No admin token: set DBSYNC_ADMIN_TOKEN, or name a file with --token-file");
        }
        return token;
    }
}
