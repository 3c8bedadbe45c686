package dev.dbsync.engine.target;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What one side says of its rows in answer to a comparison. */
public final class RowHashes {

    private RowHashes() {}

    /**
     * Target keys behind one and up to another, as text, in the target types' order; texts in the order of their bytes.
     *
     * @param after empty from the first key on
     * @param upTo empty to the last
     */
    public record Range(Optional<List<String>> after, Optional<List<String>> upTo) {

        /** The keys of either end that there is, first the lower one. */
        public List<List<String>> ends() {
            return Stream.of(after, upTo).flatMap(Optional::stream).toList();
        }
    }

    /**
     * Some of the buckets that rows fall into by the leading bits of their hash.
     *
     * @param bits how many leading bits
     * @param numbers the buckets; empty for all of them
     */
    public record Buckets(int bits, List<Long> numbers) {

        public static final Buckets ALL = new Buckets(0, List.of());

        /** How far a hash has to be shifted to have its bucket's number left. */
        public int shift() {
            return Math.min(Long.SIZE - bits, Long.SIZE - 1);
        }
    }

    /** The rows of one bucket: how many, and their hashes together, in whatever order. */
    public record Sum(long rows, long hash) {

        public static final Sum NONE = new Sum(0, 0);
    }

    /** A row's hash with its target key's texts. */
    public record Keyed(List<String> key, long hash) {}
}
