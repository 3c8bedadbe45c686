package dev.dbsync.common.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.common.fault.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

    private final BearerToken token = new BearerToken("the-token-of-this-test");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer the-token-of-this-test",
                "bearer the-token-of-this-test",
                "Bearer  the-token-of-this-test "
            })
    void theTokenIsAccepted(String header) {
        token.require(header);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "the-token-of-this-test",
                "Basic the-token-of-this-test",
                "Bearer the-token-of-this-tesT",
                "Bearer the-token-of-this-test2",
                "Bearer the-token-of-this-tes"
            })
    void anythingElseIs401(String header) {
        assertThatThrownBy(() -> token.require(header))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(401);
                    assertThat(refusal.code()).isEqualTo("UNAUTHORIZED");
                })
                .hasMessageNotContaining("the-token");
    }

    @Test
    void anEmptyTokenIsNoToken() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BearerToken(""));
    }
}
