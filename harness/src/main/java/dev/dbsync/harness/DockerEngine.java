package dev.dbsync.harness;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks whether a Docker engine is there, before Testcontainers does so with many stack traces. */
final class DockerEngine {

    private static final int TIMEOUT_MILLIS = 2_000;

    private DockerEngine() {}

    /** Whether the engine that {@code DOCKER_HOST} names, or the one on the usual socket, answers a ping. */
    static boolean answers() {
        try {
            String host = System.getenv("DOCKER_HOST");
            if (host == null || host.isBlank()) {
                Path socket = Path.of("/var/run/docker.sock");
                return Files.exists(socket) && pings(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(socket));
            }
            URI uri = URI.create(host);
            return "unix".equals(uri.getScheme())
                    ? pings(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(uri.getPath()))
                    : pings(StandardProtocolFamily.INET, new InetSocketAddress(uri.getHost(), uri.getPort()));
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean pings(StandardProtocolFamily family, SocketAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open(family);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(address) && selector.select(TIMEOUT_MILLIS) == 0) {
                return false;
            }
            channel.finishConnect();
            String request = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));

            selector.selectedKeys().clear();
            key.interestOps(SelectionKey.OP_READ);
            if (selector.select(TIMEOUT_MILLIS) == 0) {
                return false;
            }
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return new String(answer.array(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200");
        }
    }
}
