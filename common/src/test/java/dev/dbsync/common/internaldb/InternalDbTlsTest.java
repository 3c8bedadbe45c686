package dev.dbsync.common.internaldb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import org.junit.jupiter.api.Test;

class InternalDbTlsTest {

    @Test
    void aRootCertificateIsTheOneThatIsTrusted() {
        var options = adjusted("?sslmode=verify-full&sslrootcert=/etc/my%20ca.pem");

        assertThat(options.getSslMode()).isEqualTo(SslMode.VERIFY_FULL);
        assertThat(options.getHostnameVerificationAlgorithm()).isEqualTo("HTTPS");
        assertThat(((PemTrustOptions) options.getTrustOptions()).getCertPaths()).containsExactly("/etc/my ca.pem");
        assertThat(options.isTrustAll()).isFalse();
    }

    @Test
    void requireWithoutARootCertificateEncryptsAndBelievesWhoeverAnswers() {
        var options = adjusted("?sslmode=require");

        assertThat(options.getSslMode()).isEqualTo(SslMode.REQUIRE);
        assertThat(options.isTrustAll()).isTrue();
    }

    @Test
    void withoutAModeEncryptionIsTried() {
        assertThat(adjusted("").getSslMode()).isEqualTo(SslMode.PREFER);
        assertThat(adjusted("?sslmode=disable").getSslMode()).isEqualTo(SslMode.DISABLE);
    }

    @Test
    void verificationWithoutARootCertificateBelievesThePlatformsAlone() {
        assertThat(adjusted("?sslmode=verify-full").isTrustAll()).isFalse();
        assertThat(adjusted("?sslmode=verify-ca").isTrustAll()).isFalse();
    }

    private static PgConnectOptions adjusted(String parameters) {
        String url = "postgresql://db.example/internal" + parameters;
        var options = new PgConnectOptions();
        InternalDbTls.apply(options, url);
        return options;
    }
}
