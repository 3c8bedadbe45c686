package dev.dbsync.engine.target;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** Puts TLS on a route's socket. Client certificates and root files in the home directory play no part. */
@RegisterForReflection
public final class RouteTlsFactory extends SSLSocketFactory {

    private final Route route;

    /** @param token of the {@link Route}; the driver passes it on */
    public RouteTlsFactory(String token) {
        this.route = Route.of(token);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return route.encrypt(socket, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return new String[0];
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return new String[0];
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
