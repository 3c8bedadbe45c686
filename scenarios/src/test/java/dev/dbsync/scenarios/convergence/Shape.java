package dev.dbsync.scenarios.convergence;

import java.util.random.RandomGenerator;

/**
 * How large a history is.
 *
 * @param millis from its first to its last transaction
 * @param writers connections that write at once
 * @param transactionsPerWriter spread over the time
 * @param faults how many, besides a destination that is connected late
 */
record Shape(int millis, int writers, int transactionsPerWriter, int faults) {

    /** A few seconds, for a test among others. */
    static Shape brief() {
        return new Shape(7_000, 4, 90, 5);
    }

    /** Anything from a few seconds with many writers to half a minute with many faults. */
    static Shape any(RandomGenerator random) {
        int millis = random.nextInt(6_000, 25_000);
        int writers = random.nextInt(2, 9);
        int transactions = millis / random.nextInt(40, 200);
        return new Shape(millis, writers, transactions, random.nextInt(1, 3 + millis / 2_000));
    }
}
