package dev.dbsync.engine.target;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Properties;
import java.util.function.Function;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** Gives the driver the password where the {@link Route} agrees to the way the server asks for it. */
@RegisterForReflection
public final class RoutePassword implements AuthenticationPlugin {

    private final Function<String, char[]> password;

    /** @param properties of the connection; the driver passes them on */
    @SuppressWarnings("unchecked")
    public RoutePassword(Properties properties) {
        this.password = (Function<String, char[]>) properties.get(Route.PASSWORD);
    }

    @Override
    public char[] getPassword(AuthenticationRequestType type) throws PSQLException {
        try {
            return password.apply(type.name());
        } catch (IllegalStateException e) {
            throw new PSQLException(e.getMessage(), PSQLState.INVALID_PASSWORD);
        }
    }
}
