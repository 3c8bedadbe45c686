package dev.dbsync.engine.preflight;

import static dev.dbsync.engine.preflight.PreflightCheck.failed;
import static dev.dbsync.engine.preflight.PreflightCheck.passed;

import dev.dbsync.engine.target.ConnectionSettings;
import dev.dbsync.engine.target.SslMode;
import dev.dbsync.engine.target.TargetConnector;
import dev.dbsync.engine.target.TargetFault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Looks at an external database the way the engine will use it, in this order, stopping where the rest makes no sense:
 *
 * <pre>
 *   address ─▶ connect ─▶ tls ─▶ login ─▶ server_version ─▶ schema ─▶ privileges ─▶ owner ─▶ tables
 * </pre>
 *
 * Writes nothing, never throws because of the target, and ends within half a minute after the login. Thread-safe.
 */
@ApplicationScoped
public class Preflight {

    private static final List<String> STEPS_TO_LOGIN = List.of("address", "connect", "tls", "login");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TargetConnector connector;

    @Inject
    public Preflight(TargetConnector connector) {
        this.connector = connector;
    }

    /**
     * @param schema where the tables are, or are to be
     * @param targetTables the bare names of the tables the engine will make there
     */
    public List<PreflightCheck> run(
            ConnectionSettings settings,
            String schema,
            UUID tenancyId,
            UUID destinationId,
            UUID installationId,
            List<String> targetTables) {
        var checks = new ArrayList<PreflightCheck>();
        try (Connection connection = connector.connect(settings)) {
            checks.addAll(loggedIn(settings));
            TargetConnector.Lease lease = connector.limit(connection, LIMIT);
            try {
                checks.addAll(
                        inspect(connection, schema, new Owner(tenancyId, destinationId, installationId), targetTables));
            } finally {
                lease.end();
            }
        } catch (Exception e) {
            checks.addAll(stopped(TargetFault.from(e), checks.isEmpty()));
        }
        return List.copyOf(checks);
    }

    private static List<PreflightCheck> inspect(
            Connection connection, String schema, Owner owner, List<String> targetTables) throws SQLException {
        var checks = new ArrayList<PreflightCheck>();
        var inspection = new TargetInspection(connection, schema);
        inspection.begin();
        PreflightCheck version = inspection.serverVersion();
        checks.add(version);
        if (!version.ok()) {
            return checks;
        }
        checks.addAll(inspection.schema());
        if (inspection.schemaIsUsable()) {
            PreflightCheck owned = inspection.owner(owner);
            checks.add(owned);
            if (owned.ok()) {
                checks.add(inspection.tables(targetTables));
            }
        }
        return checks;
    }

    private static List<PreflightCheck> loggedIn(ConnectionSettings settings) {
        String mode = settings.sslMode().map(SslMode::word).orElse("left to us");
        return List.of(
                passed("address", "The host resolves to permitted addresses"),
                passed("connect", "The server accepts connections at " + settings.host() + ":" + settings.port()),
                passed("tls", "The connection is as the string asks (sslmode " + mode + ")"),
                passed("login", "The database accepts the login of " + settings.user()));
    }

    private static List<PreflightCheck> stopped(TargetFault fault, boolean beforeLogin) {
        if (!beforeLogin) {
            return List.of(failed("inspect", fault.message(), fault.remedy()));
        }
        String failedStep = switch (fault.code()) {
            case "FORBIDDEN_ADDRESS", "TARGET_HOST_UNKNOWN" -> "address";
            case "TARGET_UNREACHABLE", "TARGET_CONNECTION_LOST" -> "connect";
            case "TARGET_TLS_FAILED" -> "tls";
            default -> "login";
        };
        var checks = new ArrayList<PreflightCheck>();
        for (String step : STEPS_TO_LOGIN.subList(0, STEPS_TO_LOGIN.indexOf(failedStep))) {
            checks.add(passed(step, "As it should be"));
        }
        checks.add(failed(failedStep, fault.message(), fault.remedy()));
        return checks;
    }
}
