package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionStringTest {

    @Test
    void readsEveryPart() throws Exception {
        ConnectionSettings settings = ConnectionString.parse(
                "postgresql://ann:s3cret@db.example.com:6543/app?sslmode=verify-full"
                        + "&channel_binding=require&connect_timeout=7&application_name=ours&options=endpoint%3Dep-cool-1");

        assertThat(settings.host()).isEqualTo("db.example.com");
        assertThat(settings.port()).isEqualTo(6543);
        assertThat(settings.database()).isEqualTo("app");
        assertThat(settings.user()).isEqualTo("ann");
        assertThat(settings.password()).isEqualTo("s3cret");
        assertThat(settings.sslMode()).contains(SslMode.VERIFY_FULL);
        assertThat(settings.channelBinding()).isEqualTo(ChannelBinding.REQUIRE);
        assertThat(settings.connectTimeout()).contains(Duration.ofSeconds(7));
        assertThat(settings.applicationName()).isEqualTo("ours");
        assertThat(settings.endpoint()).contains("ep-cool-1");
    }

    @Test
    void fillsInWhatIsLeftOut() throws Exception {
        ConnectionSettings settings = ConnectionString.parse("postgres://ann@db.example.com/app");

        assertThat(settings.port()).isEqualTo(5432);
        assertThat(settings.password()).isEmpty();
        assertThat(settings.sslMode()).isEmpty();
        assertThat(settings.channelBinding()).isEqualTo(ChannelBinding.PREFER);
        assertThat(settings.connectTimeout()).isEmpty();
        assertThat(settings.applicationName()).isEqualTo("external-db-sync");
        assertThat(settings.endpoint()).isEmpty();
    }

    @Test
    void decodesPercentSignsAsUtf8AndLeavesPlusSignsAlone() throws Exception {
        ConnectionSettings settings =
                ConnectionString.parse("postgres://a%40b:p%2Fq%3F+%C3%A9%F0%9F%98%80%25@h.example/my%20db+1");

        assertThat(settings.user()).isEqualTo("a@b");
        assertThat(settings.password()).isEqualTo("p/q?+é😀%");
        assertThat(settings.database()).isEqualTo("my db+1");
    }

    @Test
    void keepsColonsInThePassword() throws Exception {
        assertThat(ConnectionString.parse("postgres://u:a:b@h.example/d").password())
                .isEqualTo("a:b");
    }

    @ParameterizedTest
    @CsvSource({
        "DB.Example.COM, db.example.com",
        "db.example.com., db.example.com",
        "my_db, my_db",
        "bücher.example, xn--bcher-kva.example",
        "b%C3%BCcher.example, xn--bcher-kva.example",
        "127.1, 127.0.0.1",
        "0x7f.1, 127.0.0.1",
        "0177.0.0.1, 127.0.0.1",
        "2130706433, 127.0.0.1",
        "0x7F000001, 127.0.0.1",
        "127.0.0.1., 127.0.0.1",
        "１２７.0.0.1, 127.0.0.1",
        "127。0。0。1, 127.0.0.1",
        "%31%32%37.0.0.1, 127.0.0.1",
        "[::1], ::1",
        "[2606:4700::1111], 2606:4700::1111",
        "[FE80::1], fe80::1",
        "[::ffff:127.0.0.1], 127.0.0.1",
        "[::FFFF:7f00:1], 127.0.0.1",
    })
    void givesAHostItsOneSpelling(String written, String host) throws Exception {
        assertThat(ConnectionString.parse("postgres://u:p@" + written + "/d").host())
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.256",
                "4294967296",
                "0x100000000",
                "08.1.1.1",
                "1..2",
                "127.0.0.1..",
                "a..b",
                ".a",
                "a b",
                "a%00b",
                "h%0a",
                "a,b",
                "a%2Cb",
                "a:1,b:2",
                "%2Fvar%2Frun%2Fpostgresql",
                "%40abstract",
                "[::1",
                "[::1]x",
                "[127.0.0.1]",
                "[fe80::1%25eth0]",
                "[fe80::1%eth0]",
                "fe80%3A%3A1",
                "[::g]",
                "[1:2:3]",
                "h%zz",
                "h%ff",
                "a|b",
                "a'b",
                "-;-",
            })
    void refusesWhatIsNoHost(String written) {
        assertThatThrownBy(() -> ConnectionString.parse("postgres://u:hunter2@" + written + "/d"))
                .isInstanceOf(InvalidConnectionStringException.class)
                .hasMessageStartingWith("The connection string ")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {":0", ":65536", ":-1", ":abc", ":1e3", ":99999999999999999999", ":5432:1", ":٣٣٣"})
    void refusesWhatIsNoPort(String port) {
        assertThatThrownBy(() -> ConnectionString.parse("postgres://u:hunter2@h.example" + port + "/d"))
                .isInstanceOf(InvalidConnectionStringException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "hostaddr",
                "port",
                "user",
                "password",
                "dbname",
                "service",
                "passfile",
                "sslcert",
                "sslkey",
                "sslrootcert",
                "gssencmode",
                "target_session_attrs",
                "socketFactory",
                "sslfactory",
                "loggerFile",
                "authenticationPluginClassName",
                "SSLMODE",
                "currentSchema",
                "load_balance_hosts",
                "replication",
                "ssl",
            })
    void refusesOtherParametersByName(String name) {
        assertThatThrownBy(
                        () -> ConnectionString.parse("postgres://u:hunter2@h.example/d?sslmode=require&" + name + "=x"))
                .isInstanceOf(InvalidConnectionStringException.class)
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("application_name, channel_binding, connect_timeout, options, sslmode");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sslmode=on",
                "sslmode=",
                "sslmode",
                "sslmode=require=1",
                "sslmode=require&sslmode=disable",
                "sslmode=require&ssl%6Dode=disable",
                "sslmode=require&",
                "&sslmode=require",
                "channel_binding=yes",
                "connect_timeout=-1",
                "connect_timeout=soon",
                "connect_timeout=1.5",
                "application_name=",
                "application_name=a%00b",
                "options=-c%20search_path%3Dx",
                "options=endpoint%3Da%20-c%20b",
                "options=endpoint%3D",
                "options=endpoint=a",
                "options=project%3Da",
                "%",
                "<script>=1",
            })
    void refusesBadParameters(String query) {
        assertThatThrownBy(() -> ConnectionString.parse("postgres://u:hunter2@h.example/d?" + query))
                .isInstanceOf(InvalidConnectionStringException.class)
                .hasMessageNotContaining("<script>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hunter2",
                "host=h user=u password=hunter2",
                "http://u:hunter2@h.example/d",
                "mysql://u:hunter2@h.example/d",
                "jdbc:postgresql://u:hunter2@h.example/d",
                "POSTGRES://u:hunter2@h.example/d",
                " postgres://u:hunter2@h.example/d",
                "postgres://u:hunter2@h.example/d\n",
                "postgres://u:hun\tter2@h.example/d",
                "postgres://",
                "postgres:///d",
                "postgres://h.example/d",
                "postgres://@h.example/d",
                "postgres://:hunter2@h.example/d",
                "postgres://u:hunter2@h.example",
                "postgres://u:hunter2@h.example/",
                "postgres://u:hunter2@h.example?sslmode=require",
                "postgres://u:hunter2@/d",
                "postgres://u:hunter2@:5432/d",
                "postgres://u:hunter2@x@h.example/d",
                "postgres://u:hun/ter2@h.example/d",
                "postgres://u:hun?ter2@h.example/d",
                "postgres://u:hun%ter2@h.example/d",
                "postgres://u:hunter2%00@h.example/d",
                "postgres://u%0d:hunter2@h.example/d",
                "postgres://u:hunter2@h.example/d%C3",
            })
    void refusesWhatIsNotOneWholeConnectionStringWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> ConnectionString.parse(text))
                .isInstanceOf(InvalidConnectionStringException.class)
                .hasMessageStartingWith("The connection string ")
                .hasMessageNotContainingAny("hunter2", "ter2", "h.example");
    }

    @Test
    void refusesWhatIsLongerThanAnyRealOne() {
        assertThatThrownBy(() -> ConnectionString.parse("postgres://u:" + "x".repeat(4096) + "@h.example/d"))
                .isInstanceOf(InvalidConnectionStringException.class)
                .hasMessageContaining("4096");
    }

    @ParameterizedTest
    @CsvSource({"0, 30", "1, 1", "30, 30", "31, 30", "999999999, 30"})
    void waitsNoLongerThanHalfAMinute(String seconds, long timeout) throws Exception {
        assertThat(ConnectionString.parse("postgres://u@h.example/d?connect_timeout=" + seconds)
                        .connectTimeout())
                .contains(Duration.ofSeconds(timeout));
    }

    @Test
    void showsItselfWithoutThePassword() throws Exception {
        ConnectionSettings settings =
                ConnectionString.parse("postgres://a%40b:hunter2@[2606:4700::1]:6543/my%20db?sslmode=require");

        assertThat(settings.redacted()).isEqualTo("postgres://a%40b:***@[2606:4700::1]:6543/my%20db?sslmode=require");
        assertThat(settings.toString()).doesNotContain("hunter2");
        assertThat(ConnectionString.parse(settings.redacted()).password()).isEqualTo("***");
    }
}
