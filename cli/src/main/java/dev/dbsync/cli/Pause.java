package dev.dbsync.cli;

import java.time.Duration;

/** Between two looks at something that goes on in the engine. */
final class Pause {

    private static final Duration LENGTH = Duration.ofMillis(500);

    private Pause() {}

    static void untilTheNextLook() {
        try {
            Thread.sleep(LENGTH.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(3, "interrupted");
        }
    }
}
