package dev.dbsync.scenarios.convergence;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the names in a history's statements stand for in one run, so that a history can run again beside what its last run
 * left behind: {@code {o3}} and the like are numbers, {@code {p1}} and the like texts, all others uuids.
 */
final class Names {

    private static final Pattern NAME = Pattern.compile("\\{([a-z]+)([0-9.]*)\\}");
    private static final int ORDERS_PER_RUN = 1_000;

    private final int run;

    /** @param run another one for every run on one internal database */
    Names(int run) {
        this.run = run;
    }

    /** The statement with every name replaced. */
    String resolve(String sql) {
        Matcher names = NAME.matcher(sql);
        return names.replaceAll(name -> valueOf(name.group(1), name.group(2)));
    }

    UUID tenancy(int tenant) {
        return uuid("t" + tenant);
    }

    /** The user of every tenant that always stays. */
    UUID anchor() {
        return uuid("u" + Changes.ANCHOR);
    }

    private String valueOf(String kind, String index) {
        return switch (kind) {
            case "o" -> Long.toString((long) run * ORDERS_PER_RUN + Long.parseLong(index));
            case "p" -> "project-" + run + "-" + index;
            default -> uuid(kind + index).toString();
        };
    }

    private UUID uuid(String name) {
        return UUID.nameUUIDFromBytes((run + " " + name).getBytes(StandardCharsets.UTF_8));
    }
}
