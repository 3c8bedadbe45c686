package dev.dbsync.common.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlTest {

    @Test
    void numbersANameOnceAndRepeatsItsQuestionMark() {
        var sql = Sql.of("SELECT :a, :b, :a");

        assertThat(sql.positional()).isEqualTo("SELECT $1, $2, $1");
        assertThat(sql.jdbc()).isEqualTo("SELECT ?, ?, ?");
        assertThat(sql.names()).containsExactly("a", "b");
    }

    @Test
    void leavesCastsQuotesAndCommentsAlone() {
        var sql = Sql.of("-- :not\nSELECT ':no' , \":no\", 'it''s :no', x[1:2], :yes::uuid");

        assertThat(sql.names()).containsExactly("yes");
        assertThat(sql.positional()).endsWith("$1::uuid");
    }

    @Test
    void refusesNamesItDoesNotHave() {
        var sql = Sql.of("SELECT :a");

        assertThatThrownBy(() -> sql.tuple(Map.of("b", 1))).hasMessageContaining("[a]");
    }
}
