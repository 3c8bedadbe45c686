package dev.dbsync.engine.secret;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ReEncryptionTest.TwoKeys.class)
@QuarkusTestResource(InternalDatabaseResource.class)
class ReEncryptionTest {

    private static final String ROUTE = "/api/latest/internal/external-db-sync/connection-strings/re-encrypt";
    private static final String OLD = "old:" + key(1);
    private static final String NEW = "new:" + key(2);
    private static final String TEXT = "postgres://joe:secret@db.tenant.invalid:6543/shop?sslmode=require";
    private static final String OTHER_TEXT = "postgres://joe:changed@db.tenant.invalid:6543/shop?sslmode=require";

    /** A rotation under way. */
    public static class TwoKeys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("dbsync.encryption.keys", NEW + "," + OLD);
        }
    }

    @Inject
    ReEncryptionStore store;

    private final UUID tenancy = UUID.randomUUID();
    private final ConnectionCipher before = cipher(OLD);
    private final ConnectionCipher after = cipher(NEW);

    TestDatabase database;

    @AfterEach
    void clear() {
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"", "DELETE FROM dbsync.\"OutgoingRequest\"");
    }

    @Test
    void everyStringMovesToTheFirstKeyAndOpensWithoutTheOldOne() {
        for (int i = 0; i < ReEncryption.BATCH + 1; i++) {
            store("db" + i, before);
        }
        store("already", after);

        reEncrypt(ReEncryption.BATCH + 1, 0, 0);

        assertThat(database.queryLong(
                        "SELECT count(*) FROM dbsync.\"ExternalDatabase\" WHERE \"connectionKeyId\" = 'new'"))
                .isEqualTo(ReEncryption.BATCH + 2);
        assertThat(after.decrypt(stored("db0"), tenancy, "db0")).isEqualTo(TEXT);
        assertThat(after.decrypt(stored("db200"), tenancy, "db200")).isEqualTo(TEXT);
        reEncrypt(0, 0, 0);
    }

    @Test
    void warmConnectionsStayAndTheConfigurationLooksUntouched() {
        store("main", before);
        String untouched = "SELECT concat_ws(' ', \"revision\", \"updatedAt\", \"destinationId\", \"errorCode\")"
                + " FROM dbsync.\"ExternalDatabase\"";
        String configuration = database.queryText(untouched);

        reEncrypt(1, 0, 0);

        assertThat(database.queryText(untouched)).isEqualTo(configuration);
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\""))
                .isZero();
    }

    @Test
    void aStringThatWasStoredMeanwhileIsNotOverwritten() {
        store("main", before);
        StoredString read =
                store.pageUnderOtherKeys("new", new UUID(0, 0), "", 10).get(0);
        put(OTHER_TEXT);
        EncryptedText meanwhile = stored("main");

        int replaced = store.replace("new", Map.of(read, after.encrypt(TEXT, tenancy, "main")));

        assertThat(replaced).isZero();
        assertThat(stored("main").ciphertext()).isEqualTo(meanwhile.ciphertext());
        assertThat(after.decrypt(stored("main"), tenancy, "main")).isEqualTo(OTHER_TEXT);
    }

    @Test
    void whatDoesNotOpenIsReportedAndLeftAlone() {
        store("readable", before);
        store("lost", cipher("lost:" + key(3)));
        // The same id, another key: as when somebody has mixed up two installations' secrets.
        store("mistaken", cipher("old:" + key(4)));
        byte[] lost = stored("lost").ciphertext();

        operator()
                .post(ROUTE)
                .then()
                .statusCode(200)
                .body("re_encrypted", is(1))
                .body("remaining", is(0))
                .body("unreadable.id", equalTo(List.of("lost", "mistaken")))
                .body("unreadable.key_id", equalTo(List.of("lost", "old")))
                .body("unreadable[0].tenancy_id", equalTo(tenancy.toString()));

        assertThat(stored("lost").ciphertext()).isEqualTo(lost);
        assertThat(stored("lost").keyId()).isEqualTo("lost");
    }

    @Test
    void theKeysInUseAreShownWithHowManyStringsEachHolds() {
        store("main", before);
        store("lost", cipher("lost:" + key(3)));

        operator()
                .get(ROUTE)
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("first_key_id", equalTo("new"))
                .body("keys.key_id", equalTo(List.of("new", "old", "lost")))
                .body("keys.configured", equalTo(List.of(true, true, false)))
                .body("keys.connection_strings", equalTo(List.of(0, 1, 1)));
    }

    @Test
    void noSecretIsInTheAnswersAndNobodyComesInWithoutTheToken() {
        store("main", before);
        store("lost", cipher("lost:" + key(3)));

        String answers =
                operator().get(ROUTE).asString() + operator().post(ROUTE).asString();

        assertThat(answers).doesNotContain("secret", "tenant.invalid", key(1), key(2));
        given().post(ROUTE).then().statusCode(401);
        given().get(ROUTE).then().statusCode(401);
    }

    private void reEncrypt(int moved, int remaining, int unreadable) {
        operator()
                .post(ROUTE)
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("re_encrypted", is(moved))
                .body("remaining", is(remaining))
                .body("unreadable", hasSize(unreadable));
    }

    private void put(String connectionString) {
        operator()
                .body("{\"type\":\"postgres\",\"connection_string\":\"" + connectionString + "\"}")
                .put("/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main")
                .then()
                .statusCode(200);
    }

    private void store(String id, ConnectionCipher cipher) {
        EncryptedText text = cipher.encrypt(TEXT, tenancy, id);
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\","
                        + " \"connectionKeyId\", \"host\", \"port\", \"database\", \"user\")"
                        + " VALUES (?, ?, 'postgres', ?, ?, 'db.tenant.invalid', 6543, 'shop', 'joe')",
                tenancy,
                id,
                text.ciphertext(),
                text.keyId());
    }

    private EncryptedText stored(String id) {
        Map<String, Object> row = database.query(
                        "SELECT \"connectionKeyId\" AS key, \"connectionCiphertext\" AS text FROM dbsync.\"ExternalDatabase\""
                                + " WHERE \"tenancyId\" = ? AND \"id\" = ?",
                        tenancy,
                        id)
                .get(0);
        return new EncryptedText((String) row.get("key"), (byte[]) row.get("text"));
    }

    private static ConnectionCipher cipher(String keys) {
        return new ConnectionCipher(EncryptionKeys.parse(keys));
    }

    private static String key(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
