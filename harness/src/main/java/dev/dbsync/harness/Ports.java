package dev.dbsync.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** TCP ports on this machine. */
public final class Ports {

    /** Below what systems give to outgoing connections, any of which could take a port between the look at it and its use. */
    private static final int FIRST = 10_000;

    private static final int BLOCKS = 100;
    private static final int PORTS_OF_BLOCK = 220;

    /** Processes that test side by side begin in blocks of their own, nearly always. */
    private static final int BLOCK =
            FIRST + Math.floorMod(Long.hashCode(ProcessHandle.current().pid() * 31), BLOCKS) * PORTS_OF_BLOCK;

    private static final AtomicInteger NEXT = new AtomicInteger();

    private Ports() {}

    /** A port that nobody listened on a moment ago, and that this process was not given lately. */
    public static int free() {
        for (int tries = 0; tries < PORTS_OF_BLOCK; tries++) {
            int port = BLOCK + Math.floorMod(NEXT.getAndIncrement(), PORTS_OF_BLOCK);
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody listens there.
            }
        }
        throw new IllegalStateException("No port from " + BLOCK + " on is free");
    }

    /** Whether nobody listens on this port of the loopback address. */
    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
