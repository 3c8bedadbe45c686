package dev.dbsync.engine.target;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Properties;
import java.util.concurrent.Callable;
import javax.net.SocketFactory;

/** Gives the driver sockets that are connected already, to an address just checked; it is never asked to resolve or connect. */
@RegisterForReflection
public final class RouteSocketFactory extends SocketFactory {

    private final Callable<?> connect;

    /** @param properties of the connection; the driver passes them on */
    public RouteSocketFactory(Properties properties) {
        this.connect = (Callable<?>) properties.get(Route.CONNECT);
    }

    @Override
    public Socket createSocket() throws IOException {
        try {
            return (Socket) connect.call();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw uncheckedAddress();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw uncheckedAddress();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw uncheckedAddress();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw uncheckedAddress();
    }

    private static UnsupportedOperationException uncheckedAddress() {
        return new UnsupportedOperationException("Connections to targets go to checked addresses only");
    }
}
