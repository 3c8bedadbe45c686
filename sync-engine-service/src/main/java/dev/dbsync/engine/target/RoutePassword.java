package dev.dbsync.engine.target;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Properties;
import org.postgresql.PGProperty;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Gives the driver the password where the server asks for it in a way we accept. A server may ask for anything: for our
 * Kerberos tickets, or for the password in clear over a public network.
 */
@RegisterForReflection
public final class RoutePassword implements AuthenticationPlugin {

    private final Route route;

    /** @param properties of the connection; the driver passes them on */
    public RoutePassword(Properties properties) {
        this.route = Route.of(PGProperty.SOCKET_FACTORY_ARG.getOrDefault(properties));
    }

    @Override
    public char[] getPassword(AuthenticationRequestType type) throws PSQLException {
        if (type == AuthenticationRequestType.GSS) {
            throw refused("The server asks for Kerberos (GSSAPI) authentication, which is not supported");
        }
        if (type == AuthenticationRequestType.CLEARTEXT_PASSWORD && !route.mayShowPassword()) {
            throw refused("The server asks for the password in clear over an unencrypted public connection");
        }
        if (route.password().isEmpty()) {
            throw refused("The server asks for a password and the connection string has none");
        }
        return route.password().toCharArray();
    }

    private static PSQLException refused(String why) {
        return new PSQLException(why, PSQLState.INVALID_PASSWORD);
    }
}
