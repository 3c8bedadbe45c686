package dev.dbsync.model;

/**
 * The decisions of one step in one number: sixteen bits to choose from, and eight that say how lucky the step is.
 *
 * <p>An actor reads the same bits in the same way whenever it is in the same state, so a schedule of numbers can be replayed.
 */
final class Choice {

    static final int BITS = 24;

    /** The first of everything, and nothing goes wrong. */
    static final int PLAIN = 0xff << 16;

    private Choice() {}

    static int of(int choice, int options) {
        return (choice & 0xffff) % options;
    }

    static int second(int choice, int firstOptions, int options) {
        return (choice & 0xffff) / firstOptions % options;
    }

    static int luck(int choice) {
        return choice >>> 16 & 0xff;
    }
}
