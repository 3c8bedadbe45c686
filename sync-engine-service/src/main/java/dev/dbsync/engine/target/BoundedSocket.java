package dev.dbsync.engine.target;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;

/**
 * A socket whose other end may say only so much, see {@link AnswerMeter}; one that says more is hung up on. Once the socket
 * carries TLS, the meter sits on top of that, in {@link BoundedTlsSocket}, and only bytes between two writes are counted here. A
 * proxy is never used: it would resolve and connect by rules of its own.
 */
final class BoundedSocket extends Socket {

    private final AnswerMeter meter;
    private volatile long limit;
    private volatile long received;
    private volatile boolean carriesTls;

    /** @param limit bytes per answer */
    BoundedSocket(long limit) {
        super(Proxy.NO_PROXY);
        this.limit = limit;
        this.meter = new AnswerMeter(limit);
    }

    /** From now on answers may be as long as this. */
    void limit(long bytes) {
        this.limit = bytes;
        meter.limit(bytes);
    }

    /** From now on what is said here can only be counted. */
    void carriesTls() {
        carriesTls = true;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return carriesTls ? new CountedInput(super.getInputStream()) : metered(super.getInputStream(), meter, this);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return carriesTls ? new CountedOutput(super.getOutputStream()) : metered(super.getOutputStream(), meter);
    }

    /** @param line what to hang up once the meter has had enough */
    static InputStream metered(InputStream from, AnswerMeter meter, Socket line) {
        return new FilterInputStream(from) {

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = in.read(buffer, offset, length);
                if (read > 0) {
                    try {
                        meter.heard(buffer, offset, read);
                    } catch (IOException enough) {
                        line.close();
                        throw enough;
                    }
                }
                return read;
            }

            @Override
            public long skip(long count) throws IOException {
                var skipped = new byte[(int) Math.min(count, 8192)];
                return Math.max(0, read(skipped, 0, skipped.length));
            }
        };
    }

    static OutputStream metered(OutputStream to, AnswerMeter meter) {
        return new FilterOutputStream(to) {

            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                meter.spoke(buffer, offset, length);
                out.write(buffer, offset, length);
            }
        };
    }

    private final class CountedInput extends FilterInputStream {

        CountedInput(InputStream from) {
            super(from);
        }

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

        /** TLS drops what is left when it closes, for as long as there is something. */
        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(count);
            count(skipped);
            return skipped;
        }

        /** One thread at a time reads; another's write in between only makes the count smaller. */
        private void count(long bytes) throws IOException {
            long now = received + bytes;
            received = now;
            if (now > 2 * limit + (1 << 16)) { // what TLS adds to an answer in small records
                BoundedSocket.this.close();
                throw new AnswerMeter.AnswerTooLongException(limit);
            }
        }
    }

    private final class CountedOutput extends FilterOutputStream {

        CountedOutput(OutputStream to) {
            super(to);
        }

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
    }
}
