package dev.dbsync.scenarios;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The running services, for a static field with {@code @RegisterExtension}, and whatever a scenario makes beside them. */
final class Installation implements BeforeAllCallback, AfterAllCallback {

    private final UnaryOperator<Stack.Builder> options;
    private final boolean shared;
    private final List<TestDatabase> targets = new CopyOnWriteArrayList<>();
    private final List<UUID> tenancies = new CopyOnWriteArrayList<>();
    private Stack stack;

    private Installation(UnaryOperator<Stack.Builder> options, boolean shared) {
        this.options = options;
        this.shared = shared;
    }

    /** Started by the first class that wants it, stopped with the process: each class may be an execution of its own to JUnit. */
    private static final class Everyday {

        private static final Stack STACK = Stack.builder().start();
    }

    /** One of each service with every default, the same for all classes that say so; scenarios leave it as they found it. */
    static Installation everyday() {
        return new Installation(UnaryOperator.identity(), true);
    }

    /** The class's own, which it may kill and break as it likes. */
    static Installation with(UnaryOperator<Stack.Builder> options) {
        return new Installation(options, false);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        stack = shared ? Everyday.STACK : options.apply(Stack.builder()).start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (stack != null && !shared) {
            stack.close();
        } else if (stack != null) {
            // Else the next classes' services would go on trying databases that are gone.
            tenancies.forEach(tenancy ->
                    internal().update("DELETE FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?", tenancy));
        }
        tenancies.clear();
        targets.forEach(TestDatabase::drop);
        targets.clear();
    }

    Stack stack() {
        return stack;
    }

    TestDatabase internal() {
        return stack.internal();
    }

    ApiClient admin() {
        return stack.admin();
    }

    ServiceProcess service(Service service) {
        return stack.service(service);
    }

    /** A tenancy of a project of its own, on the branch {@code main}. */
    Tenant tenant() {
        var tenant = new Tenant(this, UUID.randomUUID(), "project-" + UUID.randomUUID(), "main");
        internal()
                .update(
                        "INSERT INTO \"Tenancy\" (\"id\", \"projectId\", \"branchId\") VALUES (?, ?, ?)",
                        tenant.id(),
                        tenant.project(),
                        tenant.branch());
        tenancies.add(tenant.id());
        return tenant;
    }

    /** A new, empty database for a tenant, dropped after the class. */
    TestDatabase target() {
        return target(stack.server());
    }

    /** Likewise, on another server. */
    TestDatabase target(PostgresServer server) {
        TestDatabase target = server.createDatabase("tenant");
        if (server == stack.server()) {
            targets.add(target);
        }
        return target;
    }
}
