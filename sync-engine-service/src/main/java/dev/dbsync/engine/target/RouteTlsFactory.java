package dev.dbsync.engine.target;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Properties;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocketFactory;

/** Puts TLS on a route's socket. Client certificates and root files in the home directory play no part. */
@RegisterForReflection
public final class RouteTlsFactory extends SSLSocketFactory {

    private final UnaryOperator<Socket> encrypt;

    /** @param properties of the connection; the driver passes them on */
    @SuppressWarnings("unchecked")
    public RouteTlsFactory(Properties properties) {
        this.encrypt = (UnaryOperator<Socket>) properties.get(Route.ENCRYPT);
    }

    /** The host is the route's, whatever the driver says. */
    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        try {
            return encrypt.apply(socket);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
