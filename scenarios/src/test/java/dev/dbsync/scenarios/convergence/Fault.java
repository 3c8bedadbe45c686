package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.Service;
import java.util.Locale;

/**
 * Something that goes wrong, or that an operator does, for a while.
 *
 * @param service whom it befalls; null where it is no service
 * @param amount offset of the clock in seconds, bytes until a connection is cut, or which destination
 */
record Fault(Kind kind, Service service, int atMillis, int forMillis, int amount) {

    enum Kind {
        /** SIGKILL; started again afterwards. */
        KILL(9),
        /** SIGTERM; started again afterwards. */
        RESTART(2),
        /** SIGSTOP, then SIGCONT. */
        STALL(4),
        /** Killed and started with a clock that is minutes off; afterwards with the right one. */
        CLOCK(3),
        /** One more replica, which is killed afterwards. */
        REPLICA(4),
        /** Its fuse is off. */
        FUSE(3),
        /** Every process of the internal server gets SIGKILL; started again afterwards. */
        INTERNAL_CRASH(3),
        /** Connections of the services to the internal database are reset, each after some bytes. */
        INTERNAL_CUT(2),
        INTERNAL_HANG(2),
        INTERNAL_SLOW(1),
        /** An administrator ends the services' sessions in the internal database. */
        INTERNAL_SESSIONS(2),
        TARGET_CRASH(4),
        TARGET_REFUSE(3),
        TARGET_HANG(3),
        TARGET_CUT(5),
        TARGET_SLOW(2),
        TARGET_SESSIONS(3),
        /** The engine gets a delivery, and again a little later, maybe another replica of it. */
        DELIVERY_TWICE(4),
        /** The poller is told that it failed; it arrives later. */
        DELIVERY_LATE(4),
        /** Some are held back, so that they overtake one another. */
        DELIVERY_REORDER(3),
        /** It is done, and the poller is not told. */
        DELIVERY_ANSWER_LOST(4),
        /** It never arrives, and the poller is told that it failed. */
        DELIVERY_LOST(3),
        /** A destination is paused, then resumed. */
        PAUSE(3),
        /** A destination is added when all are already writing. Once per history. */
        CONNECT_LATE(0);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        /** How often it is drawn, beside the others. */
        int weight() {
            return weight;
        }

        /** Whether it befalls one of the services. */
        boolean ofAService() {
            return ordinal() <= FUSE.ordinal();
        }
    }

    int endsAtMillis() {
        return atMillis + forMillis;
    }

    /** What statistics count it as. */
    String name() {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return service == null ? name : name + " " + service.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "at %5d ms for %5d ms: %s%s".formatted(atMillis, forMillis, name(), amount == 0 ? "" : " " + amount);
    }
}
