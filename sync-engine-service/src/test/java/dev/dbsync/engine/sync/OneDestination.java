package dev.dbsync.engine.sync;

import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.engine.secret.ConnectionCipher;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of runs begin with: a tenancy of their own with one external database, {@code main}, that wants {@code every_type}. */
public abstract class OneDestination {

    protected static final SyncSummary SYNCED = new SyncSummary(1, 1, 0);
    protected static final SyncSummary OWED = new SyncSummary(1, 0, 1);

    protected TestDatabase internal;

    @Inject
    protected TenancySyncService service;

    @Inject
    protected ConnectionCipher cipher;

    protected final UUID tenancy = UUID.randomUUID();
    protected SyncFixture app;

    /** As the server's superuser. */
    protected TestDatabase target;

    @BeforeEach
    void makeTarget() {
        app = new SyncFixture(internal);
        target = PostgresServer.shared().createDatabase("target");
        connectTarget();
    }

    /** For those who connect to it in another way. */
    protected void connectTarget() {
        app.connect(cipher, tenancy, "main", target, "public");
    }

    @AfterEach
    void dropTarget() {
        internal.update("DELETE FROM dbsync.\"ExternalDatabase\"");
        internal.update("DELETE FROM dbsync.\"OutgoingRequest\"");
        target.drop();
        targetIsGone();
    }

    /** For what nothing may depend on any more. */
    protected void targetIsGone() {}
}
