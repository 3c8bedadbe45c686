package dev.dbsync.engine.target;

import java.io.IOException;

/** The host is, or resolves to, an address external databases may not be on. Names the host and the kind of address, never what it resolved to. */
public class ForbiddenAddressException extends IOException {

    ForbiddenAddressException(HostName host, AddressKind kind) {
        super("Host '" + host.text() + "' is on " + kind.words() + ", where no external database may be");
    }
}
