package dev.dbsync.sequencer.sequence;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Where the internal database is, for the one connection that is not the pool's. */
@ConfigMapping(prefix = "dbsync.internal-db")
public interface InternalDbConfig {

    /** {@code postgresql://host[:port]/database}, with {@code sslmode} and {@code sslrootcert} where TLS is wanted. */
    String url();

    /** The role to log in as. */
    String username();

    /** Its password; empty where the server asks for none. */
    Optional<String> password();
}
