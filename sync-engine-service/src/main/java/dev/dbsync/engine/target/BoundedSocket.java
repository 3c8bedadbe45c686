package dev.dbsync.engine.target;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;

/**
 * A socket whose other end may say only so much at a time: everything it sends after we last sent something is one answer.
 * The driver bounds result rows; errors and notices it would buffer without end. Counts what is on the wire, so it works
 * beneath TLS as well. A proxy is never used: it would resolve and connect by rules of its own.
 */
final class BoundedSocket extends Socket {

    private volatile long limit;
    private volatile long received;

    /** @param limit bytes per answer */
    BoundedSocket(long limit) {
        super(Proxy.NO_PROXY);
        this.limit = limit;
    }

    /** From now on answers may be as long as this. */
    void limit(long bytes) {
        this.limit = bytes;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {

            @Override
            public int read() throws IOException {
                int one = in.read();
                count(one < 0 ? 0 : 1);
                return one;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = in.read(buffer, offset, length);
                count(Math.max(0, read));
                return read;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {

            @Override
            public void write(int one) throws IOException {
                received = 0;
                out.write(one);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                received = 0;
                out.write(buffer, offset, length);
            }
        };
    }

    /** One thread at a time reads; another's write in between only makes the count smaller. */
    private void count(int bytes) throws AnswerTooLongException {
        long now = received + bytes;
        received = now;
        if (now > limit) {
            throw new AnswerTooLongException(limit);
        }
    }

    /** The other end said more than we listen to. */
    static final class AnswerTooLongException extends IOException {

        AnswerTooLongException(long limit) {
            super("The database's answer is longer than " + limit + " bytes");
        }
    }
}
