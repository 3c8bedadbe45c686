package dev.dbsync.common.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.common.signature.Verification.Reason;
import dev.dbsync.common.signature.Verification.Refused;
import dev.dbsync.common.signature.Verification.Valid;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstashSignatureTest {

    private static final String CURRENT = "current-key-current-key-current-key-0001";
    private static final String NEXT = "next-key-next-key-next-key-next-key-0002";
    private static final String FOREIGN = "foreign-key-foreign-key-foreign-key-0003";
    private static final String URL = "http://engine:8143/api/latest/internal/external-db-sync/sync-engine";
    private static final byte[] BODY = "{\"tenancyId\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void whatTheCurrentKeySignedIsValid() {
        assertThat(verify(UpstashSignature.sign(URL, BODY, CURRENT, NOW))).isEqualTo(new Valid());
    }

    @Test
    void whatTheNextKeySignedIsValid() {
        assertThat(verify(UpstashSignature.sign(URL, BODY, NEXT, NOW))).isEqualTo(new Valid());
    }

    @Test
    void anyOfTheAcceptedUrlsWillDo() {
        String token = UpstashSignature.sign(URL, BODY, CURRENT, NOW);

        assertThat(UpstashSignature.verify(token, BODY, List.of("http://other", URL), CURRENT, NEXT, NOW))
                .isEqualTo(new Valid());
    }

    @Test
    void noTwoSignaturesAreTheSame() {
        assertThat(UpstashSignature.sign(URL, BODY, CURRENT, NOW))
                .isNotEqualTo(UpstashSignature.sign(URL, BODY, CURRENT, NOW));
    }

    @Test
    void aSignatureCarriesTheClaimsOfTheScheme() throws Exception {
        String token = UpstashSignature.sign(URL, BODY, CURRENT, NOW);
        String[] parts = token.split("\\.");
        var claims = JwtClaims.parse(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));

        assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8))
                .isEqualTo("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
        assertThat(claims.getIssuer()).isEqualTo("Upstash");
        assertThat(claims.getSubject()).isEqualTo(URL);
        assertThat(claims.getIssuedAt().getValue()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.getNotBefore().getValue()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.getExpirationTime().getValue()).isEqualTo(NOW.getEpochSecond() + 300);
        assertThat(claims.getJwtId()).isNotBlank();
        assertThat(claims.getStringClaimValue("body")).isEqualTo(bodyHash());
    }

    @Test
    void theBodyHashMayBePadded() {
        assertThat(verify(signed(with("body", bodyHash() + "=")))).isEqualTo(new Valid());
    }

    @Test
    void nothingIsRefused() {
        assertThat(verify(null)).isEqualTo(new Refused(Reason.MISSING));
        assertThat(verify(" ")).isEqualTo(new Refused(Reason.MISSING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b", "a.b.c", "a.b.c.d.e", "....", "null", "eyJhbGciOiJIUzI1NiJ9..", "eyJ.eyJ.ä"})
    void whatIsNoTokenIsRefused(String token) {
        assertThat(verify(token)).isInstanceOf(Refused.class);
    }

    @Test
    void aSignatureThatWasTouchedIsRefused() {
        String token = UpstashSignature.sign(URL, BODY, CURRENT, NOW);
        String[] parts = token.split("\\.");
        String other =
                UpstashSignature.sign("http://elsewhere", BODY, CURRENT, NOW).split("\\.")[1];

        assertThat(verify(parts[0] + "." + other + "." + parts[2])).isEqualTo(new Refused(Reason.WRONG_KEY));
        assertThat(verify(parts[0] + "." + parts[1] + ".")).isInstanceOf(Refused.class);
    }

    @Test
    void aForeignKeyIsRefused() {
        assertThat(verify(UpstashSignature.sign(URL, BODY, FOREIGN, NOW))).isEqualTo(new Refused(Reason.WRONG_KEY));
    }

    @Test
    void noAlgorithmIsRefused() {
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String payload = UpstashSignature.sign(URL, BODY, CURRENT, NOW).split("\\.")[1];

        assertThat(verify(header + "." + payload + ".")).isEqualTo(new Refused(Reason.WRONG_ALGORITHM));
    }

    @Test
    void anotherAlgorithmWithTheRightKeyIsRefused() throws JoseException {
        String longEnough = CURRENT + CURRENT;
        var jws = jws(claims());
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA512);
        jws.setKey(new HmacKey(longEnough.getBytes(StandardCharsets.UTF_8)));

        assertThat(UpstashSignature.verify(jws.getCompactSerialization(), BODY, List.of(URL), longEnough, NEXT, NOW))
                .isEqualTo(new Refused(Reason.WRONG_ALGORITHM));
    }

    @Test
    void aPublicKeySignatureIsRefused() throws JoseException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var jws = jws(claims());
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        jws.setKey(generator.generateKeyPair().getPrivate());

        assertThat(verify(jws.getCompactSerialization())).isEqualTo(new Refused(Reason.WRONG_ALGORITHM));
    }

    @Test
    void aSignatureLivesFiveMinutesAndTheClocksSkew() {
        String token = UpstashSignature.sign(URL, BODY, CURRENT, NOW);

        assertThat(verifyAt(token, NOW.plusSeconds(309))).isEqualTo(new Valid());
        assertThat(verifyAt(token, NOW.plusSeconds(310))).isEqualTo(new Refused(Reason.EXPIRED));
    }

    @Test
    void aSignatureIsNotValidBeforeItsTime() {
        String token = UpstashSignature.sign(URL, BODY, CURRENT, NOW);

        assertThat(verifyAt(token, NOW.minusSeconds(10))).isEqualTo(new Valid());
        assertThat(verifyAt(token, NOW.minusSeconds(11))).isEqualTo(new Refused(Reason.NOT_YET_VALID));
    }

    @ParameterizedTest
    @ValueSource(doubles = {311, 3600, 1e9, 1e17, 1e300})
    void aSignatureThatLivesLongerThanItMayIsRefused(double seconds) {
        assertThat(verify(signed(with("exp", NOW.getEpochSecond() + 310)))).isEqualTo(new Valid());
        assertThat(verify(signed(with("exp", NOW.getEpochSecond() + seconds)))).isInstanceOf(Refused.class);
    }

    @Test
    void aHeaderThatIsNestedDeeplyIsRefused() {
        String deep = "{\"alg\":\"HS256\",\"x\":" + "[".repeat(6_000) + "]".repeat(6_000) + "}";
        String payload = UpstashSignature.sign(URL, BODY, CURRENT, NOW).split("\\.")[1];
        String header = Base64.getUrlEncoder().withoutPadding().encodeToString(deep.getBytes(StandardCharsets.UTF_8));

        assertThat(verify(header + "." + payload + ".AAAA")).isInstanceOf(Refused.class);
    }

    @Test
    void aSignatureForAnotherUrlIsRefused() {
        assertThat(verify(UpstashSignature.sign(URL + "/", BODY, CURRENT, NOW)))
                .isEqualTo(new Refused(Reason.FOREIGN_URL));
        assertThat(verify(UpstashSignature.sign("http://elsewhere", BODY, CURRENT, NOW)))
                .isEqualTo(new Refused(Reason.FOREIGN_URL));
    }

    @Test
    void aSignatureForAnotherBodyIsRefused() {
        String token = UpstashSignature.sign(URL, "{}".getBytes(StandardCharsets.UTF_8), CURRENT, NOW);

        assertThat(verify(token)).isEqualTo(new Refused(Reason.WRONG_BODY));
        assertThat(verify(signed(with("body", "")))).isEqualTo(new Refused(Reason.WRONG_BODY));
    }

    @Test
    void anotherIssuerIsRefused() {
        assertThat(verify(signed(with("iss", "upstash")))).isEqualTo(new Refused(Reason.WRONG_ISSUER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub", "exp", "nbf", "iat", "jti", "body"})
    void aClaimThatIsMissingOrOfAnotherTypeIsRefused(String claim) {
        assertThat(verify(signed(with(claim, null)))).isEqualTo(new Refused(Reason.MISSING_CLAIM));
        assertThat(verify(signed(with(claim, List.of("x"))))).isEqualTo(new Refused(Reason.MISSING_CLAIM));
    }

    @Test
    void aKeyThatIsTooShortCannotSign() {
        assertThatThrownBy(() -> UpstashSignature.sign(URL, BODY, "short", NOW)).hasMessageContaining("32 bytes");
    }

    private static Verification verify(String token) {
        return verifyAt(token, NOW);
    }

    private static Verification verifyAt(String token, Instant now) {
        return UpstashSignature.verify(token, BODY, List.of(URL), CURRENT, NEXT, now);
    }

    private static Map<String, Object> claims() {
        var claims = new HashMap<String, Object>();
        claims.put("iss", "Upstash");
        claims.put("sub", URL);
        claims.put("iat", NOW.getEpochSecond());
        claims.put("nbf", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 300);
        claims.put("jti", "one");
        claims.put("body", bodyHash());
        return claims;
    }

    private static Map<String, Object> with(String claim, Object value) {
        var claims = claims();
        if (value == null) {
            claims.remove(claim);
        } else {
            claims.put(claim, value);
        }
        return claims;
    }

    private static JsonWebSignature jws(Map<String, Object> claims) {
        var content = new JwtClaims();
        claims.forEach(content::setClaim);
        var jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setPayload(content.toJson());
        return jws;
    }

    private static String signed(Map<String, Object> claims) {
        var jws = jws(claims);
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        jws.setKey(new HmacKey(CURRENT.getBytes(StandardCharsets.UTF_8)));
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static String bodyHash() {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(BODY));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
