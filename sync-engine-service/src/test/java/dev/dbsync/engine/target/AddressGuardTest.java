package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    /** Would be a way in if a literal ever reached the name service. */
    private static final AddressGuard.Resolver NEVER_ASKED = host -> {
        throw new AssertionError("The name service was asked for " + host);
    };

    private final AddressGuard strict = new AddressGuard(false, Duration.ofSeconds(2), NEVER_ASKED);
    private final AddressGuard open = new AddressGuard(true, Duration.ofSeconds(2), NEVER_ASKED);

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "0, UNSPECIFIED",
        "10.0.0.1, PRIVATE",
        "10.255.255.255, PRIVATE",
        "100.64.0.1, SHARED",
        "100.127.255.255, SHARED",
        "127.0.0.1, LOOPBACK",
        "127.255.255.254, LOOPBACK",
        "127.1, LOOPBACK",
        "0x7f.1, LOOPBACK",
        "0X7F.0.0.1, LOOPBACK",
        "0177.1, LOOPBACK",
        "00000177.0.0.1, LOOPBACK",
        "2130706433, LOOPBACK",
        "017700000001, LOOPBACK",
        "127.0.0.1., LOOPBACK",
        "①②⑦.0.0.1, LOOPBACK",
        "１２７。０。０。１, LOOPBACK",
        "127。0。0。1, LOOPBACK",
        "0177.0.0.01, LOOPBACK",
        "0x7f000001, LOOPBACK",
        "0x7F.0X0.0x0.0x1, LOOPBACK",
        "127.0.1, LOOPBACK",
        "127.65535, LOOPBACK",
        "0xa9fea9fe, LINK_LOCAL",
        "2852039166, LINK_LOCAL",
        "0251.0376.0251.0376, LINK_LOCAL",
        "169.16689662, LINK_LOCAL",
        "012.1.2.3, PRIVATE",
        "192.168.257, PRIVATE",
        "3232235777, PRIVATE",
        "169.254.169.254, LINK_LOCAL",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "192.0.0.8, RESERVED",
        "192.0.2.1, RESERVED",
        "192.88.99.1, RESERVED",
        "192.168.1.1, PRIVATE",
        "198.18.0.1, RESERVED",
        "198.19.255.255, RESERVED",
        "198.51.100.1, RESERVED",
        "203.0.113.1, RESERVED",
        "224.0.0.1, MULTICAST",
        "239.255.255.255, MULTICAST",
        "240.0.0.1, RESERVED",
        "255.255.255.255, BROADCAST",
        "::, UNSPECIFIED",
        "::1, LOOPBACK",
        "0:0:0:0:0:0:0:1, LOOPBACK",
        "::7f00:1, EMBEDDED_IPV4",
        "::8.8.8.8, EMBEDDED_IPV4",
        "::ffff:127.0.0.1, LOOPBACK",
        "0:0:0:0:0:FFFF:7F00:1, LOOPBACK",
        "::ffff:0.0.0.0, UNSPECIFIED",
        "::ffff:0:127.0.0.1, RESERVED",
        "::ffff:255.255.255.255, BROADCAST",
        "2002:a00:1::, EMBEDDED_IPV4",
        "2002:c0a8:101::1, EMBEDDED_IPV4",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe, EMBEDDED_IPV4",
        "64:ff9b:1:7f00:0:100::, EMBEDDED_IPV4",
        "64:ff9b::a9fe:a9fe, EMBEDDED_IPV4",
        "::ffff:10.0.0.1, PRIVATE",
        "::ffff:a9fe:a9fe, LINK_LOCAL",
        "64:ff9b::7f00:1, EMBEDDED_IPV4",
        "64:ff9b::8.8.8.8, EMBEDDED_IPV4",
        "64:ff9b:1::1, EMBEDDED_IPV4",
        "100::1, RESERVED",
        "2001::1, EMBEDDED_IPV4",
        "2001:20::1, RESERVED",
        "2001:db8::1, RESERVED",
        "2002:7f00:1::, EMBEDDED_IPV4",
        "3fff::1, RESERVED",
        "4000::1, RESERVED",
        "5f00::1, RESERVED",
        "fc00::1, PRIVATE",
        "fd12:3456::1, PRIVATE",
        "fe80::1, LINK_LOCAL",
        "FE80::1, LINK_LOCAL",
        "fec0::1, PRIVATE",
        "ff02::1, MULTICAST",
    })
    void refusesAddressesThatAreNotGloballyRoutable(String host, AddressKind kind) {
        assertThatThrownBy(() -> strict.resolve(host))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining(kind.words());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1",
                "2001:4860:4860::8888",
                "::ffff:8.8.8.8",
            })
    void permitsPublicAddresses(String host) throws Exception {
        assertThat(strict.resolve(host)).containsExactly(InetAddress.getByName(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.0.0.1",
                "172.17.0.2",
                "169.254.1.1",
                "100.64.0.1",
                "fd00::1",
                "0.0.0.0",
                "8.8.8.8"
            })
    void permitsPrivateNetworksWhereTheOperatorDoes(String host) throws Exception {
        assertThat(open.resolve(host)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "255.255.255.255", "ff02::1"})
    void neverPermitsWhatIsNoSingleHost(String host) {
        assertThatThrownBy(() -> open.resolve(host)).isInstanceOf(ForbiddenAddressException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fe80::1%eth0",
                "::1%lo",
                "1.2.3.4.5",
                "999",
                "1.2.3.999",
                "127.0.0.1%00.example.com",
                "127.0.0.1\u0000.example.com",
                "example.com\r\n127.0.0.1",
                "١٢٧.0.0.1x",
                "127.0.0.1..",
                "0x7f.0x100",
                "-1",
                "+127.0.0.1",
                "::1/128",
                "::ffff:127.0.0.1%1",
                "0x",
                "08.0.0.1",
                "",
                ".",
                "a b",
                "[::1]",
                "/tmp"
            })
    void asksNobodyForWhatIsNeitherNameNorAddress(String host) {
        AddressGuard guard = new AddressGuard(false, Duration.ofSeconds(2), NEVER_ASKED);

        // 999 is 0.0.3.231
        assertThatThrownBy(() -> guard.resolve(host))
                .isInstanceOfAny(UnknownHostException.class, ForbiddenAddressException.class);
    }

    @ParameterizedTest
    @CsvSource({"8.8.8.8, 10.0.0.1", "10.0.0.1, 8.8.8.8", "2606:4700::1, ::1", "8.8.8.8, 2002:7f00:1::"})
    void refusesAHostOfWhichOneAddressIsForbidden(String first, String second) {
        assertThatThrownBy(() -> Targets.strictGuard(first, second).resolve("db.example.com"))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("db.example.com")
                .hasMessageNotContainingAny(first, second);
    }

    @Test
    void refusesNamesThatLeadHome() {
        AddressGuard guard = new AddressGuard(false, Duration.ofSeconds(5), InetAddress::getAllByName);

        assertThatThrownBy(() -> guard.resolve("localhost")).isInstanceOf(ForbiddenAddressException.class);
        assertThatThrownBy(() -> guard.resolve("LOCALHOST.")).isInstanceOf(ForbiddenAddressException.class);
    }

    @Test
    void readsIpv4MappedAddressesAsIpv4WhoeverMadeThem() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = 127;
        mapped[15] = 1;

        assertThat(AddressKind.of(InetAddress.getByAddress("x", mapped))).isEqualTo(AddressKind.LOOPBACK);
    }

    @Test
    void givesUpOnANameServiceThatDoesNotAnswer() {
        var never = new CountDownLatch(1);
        var guard = new AddressGuard(false, Duration.ofMillis(50), host -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        });

        assertThatThrownBy(() -> guard.resolve("slow.example"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("50 ms");
        never.countDown();
    }

    @Test
    void forgivesAnUnknownHostAheadOfTimeButNotAForbiddenOne() throws Exception {
        AddressGuard unknown = new AddressGuard(false, Duration.ofSeconds(2), host -> {
            throw new UnknownHostException(host);
        });
        unknown.refuseForbidden(ConnectionString.parse("postgres://u:p@not-yet.example/d"));

        assertThatThrownBy(() -> strict.refuseForbidden(ConnectionString.parse("postgres://u:p@127.1/d")))
                .isInstanceOf(ForbiddenAddressException.class);
    }
}
