package dev.dbsync.sequencer.expand;

/**
 * What one run of the {@link Expander} did.
 *
 * @param announced capture generations whose tenancies were enqueued
 * @param finished pending expansions that are done
 * @param entries log entries written
 * @param pages transactions it took
 */
public record Expanded(int announced, int finished, int entries, int pages) {

    /** Nothing was there to do. */
    public static final Expanded NOTHING = new Expanded(0, 0, 0, 0);

    /** Whether anything was done. */
    public boolean some() {
        return announced + finished + pages > 0;
    }

    Expanded plus(Expanded other) {
        return new Expanded(
                announced + other.announced, finished + other.finished, entries + other.entries, pages + other.pages);
    }
}
