package dev.dbsync.common.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartupCheckTest {

    private static final String KEY_A = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String SHORT_KEY = Base64.getEncoder().encodeToString(new byte[31]);

    private final Map<String, String> values = new HashMap<>(Map.of(
            "dbsync.cron-secret", "cron-secret-of-16",
            "dbsync.admin-token", "admin-token-of-16",
            "dbsync.signing.current-key", "current-key-of-thirty-two-characters",
            "dbsync.signing.next-key", "next-key-that-has-thirty-two-characters",
            "dbsync.encryption.keys", "k1:" + KEY_A));

    @Test
    void requiredValuesAloneAreEnough() {
        assertThat(StartupCheck.complaint(Settings.SEQUENCER, values::get)).isEmpty();
        assertThat(StartupCheck.complaint(Settings.POLLER, values::get)).isEmpty();
        assertThat(StartupCheck.complaint(Settings.ENGINE, values::get)).isEmpty();
    }

    @Test
    void namesTheVariableThatIsMissing() {
        values.remove("dbsync.admin-token");

        assertThat(engineComplaint())
                .contains("DBSYNC_ADMIN_TOKEN is missing; expected a secret of at least 16 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dbsync.admin-token",
                "dbsync.encryption.keys",
                "dbsync.signing.current-key",
                "dbsync.signing.next-key"
            })
    void anEmptyRequiredValueIsAMissingOne(String key) {
        values.put(key, "");

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line).contains(" is missing; "));
    }

    @Test
    void anEmptyValueInPlaceOfADefaultIsRefused() {
        values.put("dbsync.poller.lease", "");

        assertThat(complaint(Settings.POLLER))
                .hasValueSatisfying(line -> assertThat(line).startsWith("DBSYNC_POLLER_LEASE is set to nothing; "));
    }

    @Test
    void anEmptyOptionalValueIsAnAbsentOne() {
        values.put("dbsync.mappings-directory", "");
        values.put("dbsync.engine.max-batches-per-mapping", "");

        assertThat(engineComplaint()).isEmpty();
    }

    @Test
    void aShortSecretIsRefusedWithoutBeingRepeated() {
        values.put("dbsync.admin-token", "s3cret-value");

        assertThat(engineComplaint())
                .contains("DBSYNC_ADMIN_TOKEN has 12 characters; expected a secret of at least 16 characters");
    }

    @Test
    void aSecretIsNotMadeLongerByBlanks() {
        values.put("dbsync.admin-token", "s3cret-value            ");

        assertThat(engineComplaint()).isPresent();
    }

    @Test
    void aSigningKeyNeedsThirtyTwoCharacters() {
        values.put("dbsync.signing.next-key", "x".repeat(31));
        assertThat(complaint(Settings.POLLER))
                .contains("DBSYNC_SIGNING_NEXT_KEY has 31 characters; expected a secret of at least 32 characters");

        values.put("dbsync.signing.next-key", "x".repeat(32));
        assertThat(complaint(Settings.POLLER)).isEmpty();
    }

    @Test
    void hashesOfFurtherAdminTokensAreTaken() {
        values.put("dbsync.admin-token-hashes", "alice:" + "a".repeat(64) + ", robot:" + "0F".repeat(32));

        assertThat(engineComplaint()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice                       | has no name of letters, digits, '_', '.' and '-' in entry 1",
                "a token:aa                  | has no name of letters, digits, '_', '.' and '-' in entry 1",
                "alice:the-token-itself      | holds something else than a SHA-256 in entry 1",
            })
    void whatIsNoHashIsRefusedWithoutBeingRepeated(String given, String fault) {
        values.put("dbsync.admin-token-hashes", given);

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_ADMIN_TOKEN_HASHES " + fault)
                        .doesNotContain("the-token"));
    }

    @Test
    void twoAdminTokensOfOneNameAreRefused() {
        values.put("dbsync.admin-token-hashes", "alice:" + "a".repeat(64) + ",alice:" + "b".repeat(64));

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line).contains("earlier entry in entry 2"));
    }

    @Test
    void severalEncryptionKeysAreTaken() {
        values.put("dbsync.encryption.keys", "2026:" + KEY_A + ", 2025:" + KEY_A);

        assertThat(engineComplaint()).isEmpty();
    }

    @Test
    void everyWrongEncryptionKeyIsDescribedByItsShapeAlone() {
        Map<String, String> faults = Map.of(
                KEY_A,
                "has no key id of letters, digits, '_', '.' and '-' in entry 1",
                ":" + KEY_A,
                "has no key id of letters, digits, '_', '.' and '-' in entry 1",
                "k1:" + KEY_A + ",",
                "has no key id of letters, digits, '_', '.' and '-' in entry 2",
                "k1:" + KEY_A + ",k1:" + KEY_A,
                "repeats the key id of an earlier entry in entry 2",
                "k1:" + SHORT_KEY,
                "has a key of 31 bytes in entry 1",
                "k1:",
                "has a key of 0 bytes in entry 1",
                "k1:not*base64",
                "holds something else than base64 in entry 1");

        faults.forEach((value, fault) -> {
            values.put("dbsync.encryption.keys", value);
            assertThat(engineComplaint())
                    .hasValueSatisfying(line -> assertThat(line)
                            .startsWith("DBSYNC_ENCRYPTION_KEYS " + fault + "; expected keyId:base64(32 bytes)")
                            .doesNotContain(KEY_A)
                            .doesNotContain(SHORT_KEY)
                            .doesNotContain("not*base64"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"50ms", "5m", "90s", "1h", "10", "PT5M", "PT0.05S"})
    void durationsMayBeWrittenAsQuarkusReadsThem(String value) {
        values.put("dbsync.poller.lease", value);

        assertThat(complaint(Settings.POLLER)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0s", "PT0S", "-5m", "5 parsecs", "PT-1M"})
    void whatIsNoDurationLongerThanZeroIsRefused(String value) {
        values.put("dbsync.poller.lease", value);

        assertThat(complaint(Settings.POLLER))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_POLLER_LEASE is '" + value + "'; expected a duration longer than zero"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "15s", "PT5M"})
    void whatMayBeSwitchedOffMayBeZero(String value) {
        values.put("dbsync.heartbeat.interval", value);

        assertThat(complaint(Settings.SEQUENCER)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-15s", "never"})
    void whatMayBeSwitchedOffIsADurationElse(String value) {
        values.put("dbsync.heartbeat.interval", value);

        assertThat(complaint(Settings.SEQUENCER))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_HEARTBEAT_INTERVAL is '" + value + "'; expected a duration, such as"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "+1", "1.5", "many", "2147483648", "1 "})
    void whatIsNoPositiveNumberIsRefused(String value) {
        values.put("dbsync.sequencer.batch-size", value);

        assertThat(complaint(Settings.SEQUENCER))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_SEQUENCER_BATCH_SIZE is '" + value + "'; expected a whole number"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "1", "True", " true"})
    void onlyTrueAndFalseAreBooleans(String value) {
        values.put("dbsync.targets.allow-private-networks", value);

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line)
                        .isEqualTo("DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORKS is '" + value + "'; expected true or false"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8143",
                "https://sync.example.com/base",
                "http://[::1]:8143",
                "http://a:1, https://b.example/"
            })
    void publicUrlsAreTaken(String value) {
        values.put("dbsync.engine.public-url", value);

        assertThat(engineComplaint()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8143",
                "ftp://a",
                "http://",
                "http:///path",
                "http://a,,http://b",
                "http://a,",
                "http://a?x=1",
                "http://a#f",
                "http://a:99999",
                "http://sp ace"
            })
    void whatIsNoHttpUrlIsRefused(String value) {
        values.put("dbsync.engine.public-url", value);

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line).startsWith("DBSYNC_ENGINE_PUBLIC_URL is '"));
    }

    @Test
    void aUrlWithCredentialsIsRefusedWithoutRepeatingThem() {
        values.put("dbsync.poller.sync-engine-url", "http://joe:hunter2@engine");

        assertThat(complaint(Settings.POLLER))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_POLLER_SYNC_ENGINE_URL holds an '@'")
                        .doesNotContain("hunter2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://localhost:8128/internal",
                "postgresql://db.example/internal",
                "postgresql://[::1]:5432/internal",
                "postgresql://db.example/internal?sslmode=verify-full&sslrootcert=/etc/ca.pem"
            })
    void internalDatabaseUrlsAreTaken(String value) {
        values.put("dbsync.internal-db.url", value);

        assertThat(engineComplaint()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://localhost/internal",
                "jdbc:postgresql://localhost/internal",
                "postgresql://localhost",
                "postgresql://localhost/",
                "postgresql://localhost/a/b",
                "postgresql:///internal",
                "postgresql://localhost:x/internal",
                "localhost/internal"
            })
    void whatIsNoDatabaseUrlIsRefused(String value) {
        values.put("dbsync.internal-db.url", value);

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_INTERNAL_DB_URL is '" + value + "'; expected postgresql://host"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://joe:hunter2@localhost/internal",
                "postgresql://joe@localhost/internal?x=hunter2",
                "postgresql://localhost/internal?user=joe&password=hunter2",
                "postgresql://localhost/internal?PASSWORD=hunter2"
            })
    void credentialsInsideTheDatabaseUrlAreRefusedWithoutRepeatingThem(String value) {
        values.put("dbsync.internal-db.url", value);

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("DBSYNC_INTERNAL_DB_URL holds credentials; ")
                        .contains("DBSYNC_INTERNAL_DB_PASSWORD")
                        .doesNotContain("hunter2")
                        .doesNotContain("joe"));
    }

    @Test
    void anUnknownParameterOfTheDatabaseUrlIsNamed() {
        values.put("dbsync.internal-db.url", "postgresql://localhost/internal?sslmode=require&loggerLevel=TRACE");

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line).contains("has the parameter 'loggerLevel'"));
    }

    @ParameterizedTest
    @CsvSource({"http,true", "qstash,false", "smtp,false"})
    void qstashNeedsItsUrlAndItsToken(String dispatch, boolean enough) {
        values.put("dbsync.poller.dispatch", dispatch);

        assertThat(complaint(Settings.POLLER).isEmpty()).isEqualTo(enough);
    }

    @Test
    void qstashIsTakenWithItsUrlAndItsToken() {
        values.put("dbsync.poller.dispatch", "qstash");
        values.put("dbsync.qstash.url", "https://qstash.example");
        assertThat(complaint(Settings.POLLER))
                .hasValueSatisfying(line -> assertThat(line).startsWith("DBSYNC_QSTASH_TOKEN is missing"));

        values.put("dbsync.qstash.token", "token-of-sixteen-or-more");
        assertThat(complaint(Settings.POLLER)).isEmpty();
    }

    @Test
    void anIssuerNeedsItsClientAndTheSecret() {
        values.put("dbsync.oidc.issuer", "https://id.example.com/realms/staff");
        assertThat(engineComplaint())
                .contains("DBSYNC_OIDC_CLIENT_ID is missing, and DBSYNC_OIDC_ISSUER needs it;"
                        + " expected the id that the issuer has given to this client");

        values.put("dbsync.oidc.client-id", "dbsync");
        values.put("dbsync.oidc.client-secret", "");
        assertThat(engineComplaint())
                .contains("DBSYNC_OIDC_CLIENT_SECRET is missing, and DBSYNC_OIDC_ISSUER needs it;"
                        + " expected a secret of at least 16 characters");

        values.put("dbsync.oidc.client-secret", "s3cret-of-the-client");
        assertThat(engineComplaint()).isEmpty();
    }

    @Test
    void withoutAnIssuerTheRestOfItIsNotAskedFor() {
        values.put("dbsync.oidc.issuer", "");

        assertThat(engineComplaint()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://id.example.com/,true",
        "http://localhost:8180/realms/staff,true",
        "http://127.0.0.1:8180,true",
        "http://[::1]:8180,true",
        "http://id.example.com,false",
        "http://localhost.example.com,false",
        "https://id.example.com?x=1,false",
        "id.example.com,false"
    })
    void anIssuerIsReachedByHttpsOrOnThisMachine(String issuer, boolean good) {
        values.put("dbsync.oidc.issuer", issuer);
        values.put("dbsync.oidc.client-id", "dbsync");
        values.put("dbsync.oidc.client-secret", "s3cret-of-the-client");

        assertThat(engineComplaint().isEmpty()).isEqualTo(good);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "operators ", "a\tb"})
    void aRoleIsALineWithoutBlanksAround(String role) {
        values.put("dbsync.oidc.operator-role", role);

        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line).startsWith("DBSYNC_OIDC_OPERATOR_ROLE is '"));
    }

    @ParameterizedTest
    @CsvSource({"81,true", "100,true", "654,true", "655,false", "9,false", "081,false", "8a,false", "1000,false"})
    void aPortPrefixLeavesPortsThatExist(String prefix, boolean good) {
        values.put("PORT_PREFIX", prefix);

        assertThat(engineComplaint().isEmpty()).isEqualTo(good);
    }

    @Test
    void theMappingsDirectoryMustExist() {
        values.put("dbsync.mappings-directory", System.getProperty("java.io.tmpdir"));
        assertThat(engineComplaint()).isEmpty();

        values.put("dbsync.mappings-directory", "/no/such/directory");
        assertThat(engineComplaint())
                .hasValueSatisfying(line -> assertThat(line)
                        .isEqualTo("DBSYNC_MAPPINGS_DIRECTORY is '/no/such/directory';"
                                + " expected a directory that exists and can be read"));
    }

    @Test
    void aComplaintIsOneLineWhateverTheValueHolds() {
        values.put("dbsync.poller.lease", "5m\nINFO all is well\u001b[2J" + "x".repeat(500));

        assertThat(complaint(Settings.POLLER))
                .hasValueSatisfying(
                        line -> assertThat(line).hasSizeLessThan(250).doesNotContainPattern("\\p{Cntrl}"));
    }

    private Optional<String> engineComplaint() {
        return complaint(Settings.ENGINE);
    }

    private Optional<String> complaint(List<Setting> settings) {
        return StartupCheck.complaint(settings, values::get);
    }
}
