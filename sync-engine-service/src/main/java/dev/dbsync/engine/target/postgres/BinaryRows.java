package dev.dbsync.engine.target.postgres;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the binary form of {@code COPY}, as one server writes and another reads it; nobody here looks into them. Filled by one
 * thread, then sent by one thread.
 */
public final class BinaryRows {

    private static final int BLOCK = 1 << 18;

    private final List<byte[]> blocks = new ArrayList<>();
    private byte[] block = new byte[0];
    private int filled;
    private long bytes;
    private int rows;

    /** @param header what the source's answer began with: signature, flags, extension */
    public BinaryRows(byte[] header, int length) {
        append(header, 0, length);
    }

    /** Adds a row of so many fields; the bytes from {@code offset} on are the fields. */
    public void add(int fields, byte[] source, int offset) {
        append(ByteBuffer.allocate(2).putShort((short) fields).array(), 0, 2);
        append(source, offset, source.length - offset);
        rows++;
    }

    public int rows() {
        return rows;
    }

    public long bytes() {
        return bytes;
    }

    void sendTo(CopyIn copy) throws SQLException {
        for (byte[] full : blocks) {
            copy.writeToCopy(full, 0, full.length);
        }
        copy.writeToCopy(block, 0, filled);
        copy.writeToCopy(new byte[] {-1, -1}, 0, 2);
    }

    private void append(byte[] source, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == block.length) {
                if (filled > 0) {
                    blocks.add(block);
                }
                block = new byte[BLOCK];
                filled = 0;
            }
            int part = Math.min(left, block.length - filled);
            System.arraycopy(source, from, block, filled, part);
            filled += part;
            from += part;
            left -= part;
        }
        bytes += length;
    }
}
