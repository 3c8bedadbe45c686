package dev.dbsync.common.auth;

import java.util.Optional;

/** What somebody is called in logs, in the audit and on pages, whoever says so. */
public final class ActorName {

    private static final int LONGEST = 60;

    private ActorName() {}

    /**
     * One line of what was given, of 60 characters at most.
     *
     * @param given null where nothing was
     * @return empty where it says nothing
     */
    public static Optional<String> of(String given) {
        String line = given == null ? "" : given.replaceAll("\\p{Cntrl}", " ").strip();
        return line.isEmpty() ? Optional.empty() : Optional.of(line.substring(0, Math.min(line.length(), LONGEST)));
    }
}
