package dev.dbsync.engine.sync;

import java.util.List;

/**
 * What a committed step carried, for the metrics.
 *
 * @param kind how the rows came
 * @param bytes of the rows written: UTF-8 of the values as text, or of their binary form in a chunk
 * @param ages of the changes that were followed
 */
record Batch(Kind kind, long bytes, ChangeAges ages) {

    /** Ways that rows come. */
    enum Kind {
        /** A page of the log. */
        LOG,
        /** A page of the table. */
        PAGE,
        /** A chunk of the table. */
        CHUNK,
        /** A page of the target's keys, of which go those that the source has not. */
        SWEEP,
        /** The copy's beginning: the table is made or mended, and no rows come. */
        START
    }

    static final Batch START = new Batch(Kind.START, 0, ChangeAges.NONE);

    /** A batch of rows as text. */
    static Batch ofTexts(Kind kind, List<List<String>> rows, ChangeAges ages) {
        long bytes = 0;
        for (List<String> row : rows) {
            for (String value : row) {
                bytes += value == null ? 0 : utf8Length(value);
            }
        }
        return new Batch(kind, bytes, ages);
    }

    /** Without making the bytes: of a surrogate pair, each half counts two of its four. */
    private static long utf8Length(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }
}
