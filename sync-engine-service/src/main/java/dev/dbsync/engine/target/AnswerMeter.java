package dev.dbsync.engine.target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads along with what a server says, ahead of the driver, and tells when to stop listening. The driver believes every length
 * it is given, keeps what it reads in memory until the answer is over, and some things for as long as the connection lives.
 *
 * <p>An answer is everything up to the message that says the server is ready again; what keeping it costs us in memory is
 * estimated and bounded. Forms that the driver would allocate for, or stumble over, are refused by their header. Not thread-safe:
 * one thread at a time talks to a server.
 */
final class AnswerMeter {

    /** Of anything but a row: a list of columns or an error's text. */
    private static final int LONGEST_MESSAGE = 1 << 20;

    /** Of a message that login or session depends on: a few parameters. */
    private static final int LONGEST_PARAMETER = 1 << 14;

    /** What notifications, which nobody asked for, may add up to while the connection lives. */
    private static final long MOST_NOTIFIED = 1 << 20;

    private static final int MOST_PARAMETERS = 200;

    /** A second of our processor's time, about; PostgreSQL's own default is 4096. */
    private static final long MOST_SCRAM_ROUNDS = 600_000;

    private static final Pattern SCRAM_ROUNDS = Pattern.compile("(?:^|,)i=([0-9]+)");
    private static final int SASL_CONTINUES = 11;
    private static final byte[] TLS_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};

    /** What of a short message is looked at. */
    private final byte[] kept = new byte[LONGEST_PARAMETER];

    private final Set<String> parameters = new HashSet<>();
    private volatile long limit;
    private boolean spoken;
    private boolean ready;

    private long cost;
    private long notified;
    private int headerBytes;
    private char type;
    private int length;
    private int remaining;

    private boolean inRow;
    private int fields;
    private int fieldRemaining;
    private int number;
    private int numberBytes;

    /** @param limit bytes of memory per answer, about */
    AnswerMeter(long limit) {
        this.limit = limit;
    }

    /** From now on answers may cost as much as this. */
    void limit(long bytes) {
        this.limit = bytes;
    }

    /** We sent something. Only a server that had finished begins a new answer: else each word of ours would buy it another one. */
    void spoke(byte[] buffer, int offset, int count) {
        if (!spoken) {
            spoken = true;
            if (isTlsRequest(buffer, offset, count)) {
                headerBytes = -1; // its answer is a single letter
            }
        }
        if (ready) {
            ready = false;
            cost = 0;
        }
    }

    private static boolean isTlsRequest(byte[] buffer, int offset, int count) {
        return count >= TLS_REQUEST.length
                && Arrays.equals(buffer, offset, offset + TLS_REQUEST.length, TLS_REQUEST, 0, TLS_REQUEST.length);
    }

    /** The server sent this. Throws before the driver has seen it. */
    void heard(byte[] buffer, int offset, int count) throws IOException {
        charge(count);
        int end = offset + count;
        for (int i = offset; i < end; ) {
            if (headerBytes < 5) {
                header(buffer[i++]);
            } else if (inRow && fieldRemaining == 0) {
                rowNumber(buffer[i++]);
            } else {
                int skipped = Math.min(end - i, inRow ? fieldRemaining : remaining);
                body(buffer, i, skipped);
                i += skipped;
            }
        }
    }

    private void header(byte next) throws IOException {
        if (headerBytes == 0) {
            type = (char) (next & 0xff);
            length = 0;
        } else if (headerBytes > 0) {
            length = (length << 8) | (next & 0xff);
        }
        headerBytes++;
        if (headerBytes == 5) {
            begin();
        }
    }

    private void begin() throws IOException {
        remaining = length - 4;
        ready = false;
        if (remaining < 0) {
            throw new ProtocolViolatedException();
        }
        switch (type) {
            case 'D' -> {
                inRow = true;
                fields = -1;
                fieldRemaining = 0;
                number = 0;
                numberBytes = 0;
                charge(64L);
                announce(limit);
            }
            case 'E', 'N' -> {
                charge(4096L + 3L * Math.min(remaining, LONGEST_MESSAGE));
                announce(LONGEST_MESSAGE);
            }
            case 'C' -> {
                charge(2048L); // the driver goes through all of them to add another
                announce(LONGEST_MESSAGE);
            }
            case 'R', 'S' -> {
                charge(256L);
                announce(LONGEST_PARAMETER);
            }
            case 'A' -> {
                charge(256L);
                announce(LONGEST_PARAMETER);
                notified += 256L + length;
                if (notified > MOST_NOTIFIED) {
                    throw new AnswerTooLongException(MOST_NOTIFIED);
                }
            }
            default -> {
                charge(256L);
                announce(LONGEST_MESSAGE);
            }
        }
        if (remaining == 0) {
            end();
        }
    }

    /** What is announced counts before it comes: the driver makes room for it at once. */
    private void announce(long longest) throws AnswerTooLongException {
        if (remaining > longest || cost + remaining > limit) {
            throw new AnswerTooLongException(Math.min(longest, limit));
        }
    }

    private void body(byte[] buffer, int offset, int count) throws IOException {
        if (inRow) {
            fieldRemaining -= count;
        } else if (type == 'R' || type == 'S') {
            System.arraycopy(buffer, offset, kept, length - 4 - remaining, count);
        }
        remaining -= count;
        if (remaining == 0) {
            end();
        }
    }

    /** The two bytes that say how many fields a row has, and the four before each of them. */
    private void rowNumber(byte next) throws IOException {
        number = (number << 8) | (next & 0xff);
        numberBytes++;
        remaining--;
        if (fields < 0 && numberBytes == 2) {
            fields = number;
            if (fields > Short.MAX_VALUE || remaining < 4L * fields) {
                throw new ProtocolViolatedException();
            }
            charge(24L * fields);
            number = 0;
            numberBytes = 0;
        } else if (numberBytes == 4) {
            fields--;
            fieldRemaining = Math.max(0, number);
            if (number < -1 || (long) fieldRemaining + 4L * fields > remaining) {
                throw new ProtocolViolatedException();
            }
            number = 0;
            numberBytes = 0;
        }
        if (remaining == 0) {
            end();
        }
    }

    private void end() throws IOException {
        if (inRow && (fields != 0 || numberBytes != 0 || fieldRemaining != 0)) {
            throw new ProtocolViolatedException();
        }
        if (type == 'R') {
            authentication();
        } else if (type == 'S') {
            parameter();
        } else if (type == 'Z') {
            ready = true;
        }
        inRow = false;
        headerBytes = 0;
    }

    /** The rounds of SCRAM are the server's choice and our work, which no closed socket interrupts. */
    private void authentication() throws IOException {
        boolean scram = length > 8 && kept[0] == 0 && kept[1] == 0 && kept[2] == 0 && kept[3] == SASL_CONTINUES;
        if (!scram) {
            return;
        }
        String first = new String(kept, 4, length - 8, StandardCharsets.ISO_8859_1);
        for (MatchResult rounds : SCRAM_ROUNDS.matcher(first).results().toList()) {
            if (rounds.group(1).length() > 9 || Long.parseLong(rounds.group(1)) > MOST_SCRAM_ROUNDS) {
                throw new LoginTooCostlyException(MOST_SCRAM_ROUNDS);
            }
        }
    }

    private void parameter() throws IOException {
        int nameEnd = 0;
        while (nameEnd < length - 4 && kept[nameEnd] != 0) {
            nameEnd++;
        }
        parameters.add(new String(kept, 0, nameEnd, StandardCharsets.ISO_8859_1));
        if (parameters.size() > MOST_PARAMETERS) {
            throw new AnswerTooLongException((long) MOST_PARAMETERS * LONGEST_PARAMETER);
        }
    }

    private void charge(long bytes) throws AnswerTooLongException {
        cost += bytes;
        if (cost > limit) {
            throw new AnswerTooLongException(limit);
        }
    }

    /** The other end said more than we listen to. */
    static final class AnswerTooLongException extends IOException {

        AnswerTooLongException(long limit) {
            super("The database's answer is longer than " + limit + " bytes, or costs as much to keep");
        }
    }

    /** The other end does not speak PostgreSQL's protocol, or bends it. */
    static final class ProtocolViolatedException extends IOException {

        ProtocolViolatedException() {
            super("What the server sends is not PostgreSQL's protocol");
        }
    }

    /** The other end would have us calculate for longer than a login is worth. */
    static final class LoginTooCostlyException extends IOException {

        LoginTooCostlyException(long rounds) {
            super("The server asks for more than " + rounds + " rounds of SCRAM");
        }
    }
}
