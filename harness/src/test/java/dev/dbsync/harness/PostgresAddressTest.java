package dev.dbsync.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PostgresAddressTest {

    @Test
    void readsWhatItWrites() {
        var address = new PostgresAddress("localhost", 5999, "db", "some user", "p@ss+w:rd/é");

        assertThat(PostgresAddress.parse(address.connectionString())).isEqualTo(address);
    }

    @Test
    void refusesAnythingElseWithTheNameOfTheProperty() {
        assertThatThrownBy(() -> PostgresAddress.parse("jdbc:postgresql://localhost/db"))
                .hasMessageContaining("dbsync.test.postgres-url");
    }

    @Test
    void showsNoPassword() {
        assertThat(new PostgresAddress("h", 1, "d", "u", "secret")).hasToString("postgresql://h:1/d");
    }
}
