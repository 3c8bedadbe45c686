package dev.dbsync.common.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.harness.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Migrations expand: services of the release before work on a schema that they have run on (docs/operations.md, "Upgrading").
 * What takes something away is a step of its own, at least one release after the last service that used it, and says so:
 *
 * <pre>
 *   -- contract: nobody has read "lastError" since 1.2
 * </pre>
 *
 * The second rule needs a list of what the last release brought, {@code released.txt}: a line {@code <CRC-32> <file>} each, as
 * {@link #listing} writes it.
 */
class MigrationRulesTest {

    /** The last migration from before there was this rule. */
    private static final int BEFORE_THE_RULE = 4;

    private static final Path MIGRATIONS = Service.root().resolve("common/src/main/resources/dbsync/migration");
    private static final Path RELEASED =
            Service.root().resolve("common/src/test/resources/dev/dbsync/common/migration/released.txt");

    private static final Pattern VERSIONED = Pattern.compile("V(\\d+)__.*\\.sql");
    private static final Pattern CONTRACT = Pattern.compile("(?m)^-- contract: .{10,}$");
    private static final String MAY_DEADLOCK =
            "locks several logs, so an application's transaction may end in a deadlock: one log per migration";
    private static final String KEEPS_WRITERS_WAITING =
            "may keep the application's writers waiting for as long as it waits itself: SET LOCAL lock_timeout = '3s' first";
    private static final Pattern COMMENT = Pattern.compile("(?s)--[^\\n]*|/\\*.*?\\*/");

    /** What a service of the release before may stumble over, and what it is called in a complaint. */
    private static final Map<String, Pattern> TAKES_AWAY = takesAway();

    /** What the application's own transactions write, several of them in one transaction, in any order. */
    private static final Pattern LOCKED_LOG = Pattern.compile(
            "(?is)(?:ALTER\\s+TABLE|LOCK\\s+TABLE|\\bON)\\s+\"(ChangedRow|DeletedRow|PendingExpansion)\"");

    private static final Pattern WAITS_BRIEFLY = Pattern.compile("(?i)\\bSET\\s+LOCAL\\s+lock_timeout\\b");

    private static Map<String, Pattern> takesAway() {
        var rules = new LinkedHashMap<String, String>();
        rules.put("drops something", "\\bDROP\\s+(?!FUNCTION\\s+IF\\s+EXISTS\\s+pg_temp)\\w+");
        rules.put("renames something", "\\bRENAME\\s+(?:COLUMN|CONSTRAINT|TO|\\w+\\s+TO)\\b|\\bRENAME\\s+\"");
        rules.put("changes a type", "\\bALTER\\s+(?:COLUMN\\s+)?\"?\\w+\"?\\s+(?:SET\\s+DATA\\s+)?TYPE\\b");
        rules.put("makes a column required", "\\bSET\\s+NOT\\s+NULL\\b");
        rules.put(
                "adds a required column without a default",
                "\\bADD\\s+(?:COLUMN\\s+)?(?:IF\\s+NOT\\s+EXISTS\\s+)?\"\\w+\"(?:(?!\\bDEFAULT\\b|\\bGENERATED\\b|,|;).)*"
                        + "\\bNOT\\s+NULL\\b(?!(?:(?!,|;).)*\\b(?:DEFAULT|GENERATED)\\b)");
        rules.put(
                "adds a constraint to what is there",
                "\\bALTER\\s+TABLE\\b[^;]*\\bADD\\s+(?:CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\\b");
        rules.put("empties a table", "\\bTRUNCATE\\b(?!\\s+ON\\b)|\\bDELETE\\s+FROM\\b");
        rules.put("takes a right away", "\\bREVOKE\\b(?!\\s+ALL\\s+ON\\s+FUNCTION\\b)");
        rules.put("moves something", "\\bSET\\s+SCHEMA\\b");
        var compiled = new LinkedHashMap<String, Pattern>();
        rules.forEach((name, rule) -> compiled.put(name, Pattern.compile("(?is)" + rule)));
        return compiled;
    }

    @Test
    void aMigrationExpandsUnlessItSaysThatItIsAContractStep() {
        var complaints = new ArrayList<String>();
        versioned().forEach((version, file) -> {
            if (version > BEFORE_THE_RULE) {
                complaints(read(file)).forEach(complaint -> complaints.add(file.getFileName() + " " + complaint));
            }
        });

        assertThat(complaints)
                .as(
                        "services of the release before run on this schema: put it off by a release and say '-- contract: why'")
                .isEmpty();
    }

    @Test
    void theRuleKnowsWhatTakesSomethingAway() {
        assertThat(Stream.of(
                        "ALTER TABLE \"OutgoingRequest\" DROP COLUMN \"createdAt\";",
                        "DROP TABLE \"PurgeFloor\";",
                        "DROP INDEX \"OutgoingRequest_pending\";",
                        "ALTER TABLE \"ChangedRow\" RENAME COLUMN \"changedAt\" TO \"at\";",
                        "ALTER TABLE \"ChangedRow\" RENAME TO \"Change\";",
                        "ALTER TABLE \"OutgoingRequest\" ALTER COLUMN \"attempts\" TYPE bigint;",
                        "ALTER TABLE \"OutgoingRequest\" ALTER \"attempts\" SET DATA TYPE bigint;",
                        "ALTER TABLE \"OutgoingRequest\" ALTER COLUMN \"lastError\" SET NOT NULL;",
                        "ALTER TABLE \"OutgoingRequest\" ADD COLUMN \"trace\" text NOT NULL;",
                        "ALTER TABLE \"OutgoingRequest\" ADD COLUMN \"a\" text, ADD COLUMN \"trace\" text NOT NULL, ADD \"b\" int DEFAULT 1;",
                        "ALTER TABLE \"OutgoingRequest\" ADD CONSTRAINT short CHECK (length(\"lastError\") < 9);",
                        "TRUNCATE \"PurgeFloor\";",
                        "DELETE FROM \"PurgeFloor\";",
                        "REVOKE SELECT ON \"ChangedRow\" FROM dbsync;",
                        "ALTER TABLE \"ChangedRow\" SET SCHEMA public;"))
                .allSatisfy(sql -> assertThat(complaints(sql)).as(sql).isNotEmpty());
    }

    /** An application's statement waits behind a lock that is waited for, and may be the one that a deadlock ends. */
    @Test
    void theRuleKnowsWhatHoldsUpTheApplication() {
        String one = "ALTER TABLE \"ChangedRow\" ADD COLUMN \"trace\" text;";
        String other = "CREATE INDEX \"DeletedRow_x\" ON \"DeletedRow\" (\"deletedAt\");";
        String brief = "SET LOCAL lock_timeout = '3s';";

        assertThat(complaints(one)).containsExactly(KEEPS_WRITERS_WAITING);
        assertThat(complaints(brief + one + other)).containsExactly(MAY_DEADLOCK);
        assertThat(complaints(brief + one)).isEmpty();
        assertThat(complaints(brief + other)).isEmpty();
    }

    @Test
    void theRuleLetsWhatOnlyAddsPass() {
        assertThat(Stream.of(
                        "ALTER TABLE \"OutgoingRequest\" ADD COLUMN \"trace\" text;",
                        "ALTER TABLE \"OutgoingRequest\" ADD COLUMN \"tries\" integer NOT NULL DEFAULT 0;",
                        "ALTER TABLE \"OutgoingRequest\" ADD COLUMN \"tries\" integer DEFAULT 0 NOT NULL, ADD \"more\" text;",
                        "CREATE TABLE \"Heartbeat\" (\"id\" uuid PRIMARY KEY, \"at\" timestamptz NOT NULL, CONSTRAINT c CHECK (true));",
                        "CREATE INDEX \"OutgoingRequest_x\" ON \"OutgoingRequest\" (\"attempts\");",
                        "-- Nobody must DROP TABLE or RENAME TO anything here.\nCREATE TABLE \"x\" ();",
                        "REVOKE ALL ON FUNCTION sync_token() FROM PUBLIC;",
                        "-- contract: nobody has read this index since 1.2\nDROP INDEX \"OutgoingRequest_x\";"))
                .allSatisfy(sql -> assertThat(complaints(sql)).as(sql).isEmpty());
    }

    /** Services compare this number with the database's before they begin to work. */
    @Test
    void theReleaseNeedsItsOwnNewestMigration() {
        assertThat(InternalSchema.VERSION).isEqualTo(versioned().lastKey());
    }

    @Test
    void versionsHaveNoGap() {
        assertThat(versioned().keySet())
                .containsExactlyElementsOf(Stream.iterate(1, version -> version + 1)
                        .limit(versioned().size())
                        .toList());
    }

    @Test
    void whatWasReleasedStaysAsItWas() {
        Map<String, String> now = listing();
        released().forEach((file, checksum) -> {
            if (VERSIONED.matcher(file).matches()) {
                assertThat(now).as("released migrations").containsEntry(file, checksum);
            }
        });
    }

    /**
     * A replica of the release before that starts again leaves a newer schema alone, and by its version it knows one. So new functions
     * come with a new version, be it one of a comment only; else that replica would put the old ones back.
     */
    @Test
    void aChangedFunctionComesWithANewVersion() {
        Map<String, String> released = released();
        Map<String, String> now = listing();
        boolean functionsDiffer = !released.isEmpty()
                && now.entrySet().stream()
                        .anyMatch(entry -> entry.getKey().startsWith("R__")
                                && !entry.getValue().equals(released.get(entry.getKey())));

        assertThat(functionsDiffer && released.keySet().containsAll(versionedNames()))
                .as(
                        "an R__ file differs from the last release's: add a V%d__….sql",
                        versioned().lastKey() + 1)
                .isFalse();
        assertThat(now.keySet())
                .as("a repeatable migration that goes away stays for one release, as an empty one")
                .containsAll(released.keySet());
    }

    @Test
    @EnabledIfSystemProperty(named = "dbsync.write-released", matches = "true", disabledReason = "for whoever releases")
    void writesWhatWasReleased() throws IOException {
        var lines = new ArrayList<String>();
        lines.add(
                "# The migrations of the last release, a line \"<CRC-32> <file>\" each, as MigrationRulesTest lists them.");
        listing().forEach((file, checksum) -> lines.add(checksum + " " + file));
        Files.write(RELEASED, lines);
    }

    private static List<String> complaints(String sql) {
        boolean contract = CONTRACT.matcher(sql).find();
        String statements = COMMENT.matcher(sql).replaceAll(" ");
        var complaints = new ArrayList<String>();
        TAKES_AWAY.forEach((name, rule) -> {
            if (!contract && rule.matcher(statements).find()) {
                complaints.add(name);
            }
        });
        long logs = LOCKED_LOG
                .matcher(statements)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .count();
        if (logs > 1) {
            complaints.add(MAY_DEADLOCK);
        }
        if (logs > 0 && !WAITS_BRIEFLY.matcher(statements).find()) {
            complaints.add(KEEPS_WRITERS_WAITING);
        }
        return complaints;
    }

    private static TreeMap<Integer, Path> versioned() {
        var found = new TreeMap<Integer, Path>();
        for (Path file : files()) {
            var name = VERSIONED.matcher(file.getFileName().toString());
            if (name.matches()) {
                found.put(Integer.valueOf(name.group(1)), file);
            }
        }
        return found;
    }

    private static List<String> versionedNames() {
        return versioned().values().stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private static Map<String, String> released() {
        var released = new TreeMap<String, String>();
        read(RELEASED)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .forEach(line -> {
                    String[] parts = line.split(" ", 2);
                    released.put(parts[1], parts[0]);
                });
        return released;
    }

    /** Every migration of this build with its checksum: what {@code released.txt} holds after a release. */
    private static Map<String, String> listing() {
        var listing = new TreeMap<String, String>();
        for (Path file : files()) {
            var crc = new CRC32();
            crc.update(read(file).getBytes(StandardCharsets.UTF_8));
            listing.put(file.getFileName().toString(), "%08x".formatted(crc.getValue()));
        }
        return listing;
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
