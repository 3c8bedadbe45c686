package dev.dbsync.engine.target;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Gives the driver sockets that are connected already, to an address just checked; it is never asked to resolve or connect. */
@RegisterForReflection
public final class RouteSocketFactory extends SocketFactory {

    private final Route route;

    /** @param token of the {@link Route}; the driver passes it on */
    public RouteSocketFactory(String token) {
        this.route = Route.of(token);
    }

    @Override
    public Socket createSocket() throws IOException {
        return route.connect();
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
