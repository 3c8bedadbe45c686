package dev.dbsync.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.harness.FaultProxy.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var server = new Thread(this::serve, "echo");
        server.setDaemon(true);
        server.start();
        proxy = FaultProxy.to("localhost", echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        try (Socket client = connect()) {
            assertThat(echoOf(client, 7)).isEqualTo(7);
        }
    }

    @Test
    void isAsFarAwayAsItIsTold() throws IOException {
        proxy.delay(Duration.ofMillis(50));
        try (Socket client = connect()) {
            long start = System.nanoTime();
            assertThat(echoOf(client, 7)).isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void refusesAndListensOnTheSamePortAgain() throws IOException {
        Socket existing = connect();
        assertThat(echoOf(existing, 1)).isEqualTo(1);

        proxy.set(Mode.REFUSE);
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> existing.getInputStream().read()).isInstanceOf(SocketException.class);

        proxy.heal();
        try (Socket client = connect()) {
            assertThat(echoOf(client, 2)).isEqualTo(2);
        }
    }

    @Test
    void hangsAndGoesOnWithWhatItHeldBack() throws IOException {
        try (Socket client = connect()) {
            assertThat(echoOf(client, 1)).isEqualTo(1);

            proxy.set(Mode.HANG);
            client.setSoTimeout(200);
            assertThatThrownBy(() -> echoOf(client, 5)).isInstanceOf(SocketTimeoutException.class);

            proxy.heal();
            client.setSoTimeout(10_000);
            assertThat(client.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void cutsInTheMiddleOfAStream() throws IOException {
        proxy.cutAfter(100);
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[1_000]);

            assertThatThrownBy(() -> readAll(client)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void isSlow() throws IOException {
        proxy.set(Mode.SLOW);
        try (Socket client = connect()) {
            long start = System.nanoTime();
            client.getOutputStream().write(new byte[20_000]);
            client.getInputStream().readNBytes(20_000);

            assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThan(150);
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int echoOf(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    private static void readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
            // Until something happens.
        }
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                var thread = new Thread(() -> copy(socket), "echo-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private static void copy(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The client has gone.
        }
    }
}
