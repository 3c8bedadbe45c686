package dev.dbsync.common.startup;

import static dev.dbsync.common.startup.Setting.defaulted;
import static dev.dbsync.common.startup.Setting.optional;
import static dev.dbsync.common.startup.Setting.required;
import static dev.dbsync.common.startup.ValueFormat.duration;
import static dev.dbsync.common.startup.ValueFormat.durationOrZero;
import static dev.dbsync.common.startup.ValueFormat.encryptionKeys;
import static dev.dbsync.common.startup.ValueFormat.existingDirectory;
import static dev.dbsync.common.startup.ValueFormat.flag;
import static dev.dbsync.common.startup.ValueFormat.httpUrl;
import static dev.dbsync.common.startup.ValueFormat.httpUrls;
import static dev.dbsync.common.startup.ValueFormat.internalDatabaseUrl;
import static dev.dbsync.common.startup.ValueFormat.issuerUrl;
import static dev.dbsync.common.startup.ValueFormat.oneOf;
import static dev.dbsync.common.startup.ValueFormat.portPrefix;
import static dev.dbsync.common.startup.ValueFormat.positiveInteger;
import static dev.dbsync.common.startup.ValueFormat.secret;
import static dev.dbsync.common.startup.ValueFormat.text;
import static dev.dbsync.common.startup.ValueFormat.tokenHashes;

import java.util.List;
import java.util.stream.Stream;

/** What each service must be told, and what it may be told. */
public final class Settings {

    private static final int SECRET_CHARACTERS = 16;
    private static final int SIGNING_KEY_CHARACTERS = 32;
    static final String MAPPINGS_DIRECTORY_KEY = "dbsync.mappings-directory";

    private static final String DISPATCH = "dbsync.poller.dispatch";
    private static final String ISSUER = "dbsync.oidc.issuer";

    private static final List<Setting> EVERY_SERVICE = List.of(
            defaulted("PORT_PREFIX", portPrefix()),
            defaulted("dbsync.internal-db.url", internalDatabaseUrl()),
            defaulted("dbsync.log.json", flag()),
            defaulted("dbsync.traces.enabled", flag()),
            defaulted("dbsync.traces.endpoint", httpUrl()));

    private static final Setting MAPPINGS_DIRECTORY = optional(MAPPINGS_DIRECTORY_KEY, existingDirectory());
    private static final Setting CRON_SECRET = required("dbsync.cron-secret", secret(SECRET_CHARACTERS));
    private static final Setting CURRENT_KEY = required("dbsync.signing.current-key", secret(SIGNING_KEY_CHARACTERS));
    private static final Setting NEXT_KEY = required("dbsync.signing.next-key", secret(SIGNING_KEY_CHARACTERS));
    private static final Setting HEARTBEAT_PATIENCE = defaulted("dbsync.heartbeat.patience", duration());

    /** The sequencer service's. */
    public static final List<Setting> SEQUENCER = everyServiceAnd(
            CRON_SECRET,
            MAPPINGS_DIRECTORY,
            defaulted("dbsync.migrate-at-start", flag()),
            defaulted("dbsync.migrate-only", flag()),
            defaulted("dbsync.reference-schema", flag()),
            defaulted("dbsync.sequencer.interval", duration()),
            defaulted("dbsync.sequencer.batch-size", positiveInteger()),
            defaulted("dbsync.heartbeat.interval", durationOrZero()),
            HEARTBEAT_PATIENCE);

    /** The poller service's. */
    public static final List<Setting> POLLER = everyServiceAnd(
            CRON_SECRET,
            CURRENT_KEY,
            NEXT_KEY,
            MAPPINGS_DIRECTORY,
            defaulted("dbsync.poller.interval", duration()),
            defaulted("dbsync.poller.claim-limit", positiveInteger()),
            defaulted("dbsync.poller.sync-engine-url", httpUrl()),
            defaulted(DISPATCH, oneOf(List.of("http", "qstash"))),
            defaulted("dbsync.poller.parallelism", positiveInteger()),
            defaulted("dbsync.poller.lease", duration()),
            HEARTBEAT_PATIENCE,
            optional("dbsync.qstash.url", httpUrl()).requiredWhen(DISPATCH, "qstash"),
            optional("dbsync.qstash.token", secret(SECRET_CHARACTERS)).requiredWhen(DISPATCH, "qstash"));

    /** The sync engine service's. */
    public static final List<Setting> ENGINE = everyServiceAnd(
            CURRENT_KEY,
            NEXT_KEY,
            required("dbsync.admin-token", secret(SECRET_CHARACTERS)),
            optional("dbsync.admin-token-hashes", tokenHashes()),
            required("dbsync.encryption.keys", encryptionKeys()),
            MAPPINGS_DIRECTORY,
            defaulted("dbsync.targets.allow-private-networks", flag()),
            defaulted("dbsync.engine.public-url", httpUrls()),
            optional("dbsync.engine.max-batches-per-mapping", positiveInteger()),
            optional(ISSUER, issuerUrl()),
            optional("dbsync.oidc.client-id", text("the id that the issuer has given to this client"))
                    .requiredWith(ISSUER),
            optional("dbsync.oidc.client-secret", secret(SECRET_CHARACTERS)).requiredWith(ISSUER),
            defaulted("dbsync.oidc.roles-claim", text("a claim's name, or its path such as realm_access/roles")),
            defaulted("dbsync.oidc.operator-role", text("a role's name")),
            defaulted("dbsync.oidc.viewer-role", text("a role's name")));

    private Settings() {}

    private static List<Setting> everyServiceAnd(Setting... more) {
        return Stream.concat(EVERY_SERVICE.stream(), Stream.of(more)).toList();
    }
}
