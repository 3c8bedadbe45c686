package dev.dbsync.common.signature;

/** What {@link UpstashSignature#verify} found. */
public sealed interface Verification {

    /** One of our keys signed exactly this body for one of the accepted URLs, just now. */
    record Valid() implements Verification {}

    /** Not to be trusted: answer 401 and touch no database. */
    record Refused(Reason reason) implements Verification {}

    /** Why a signature was refused; {@link #sentence()} may be shown to the caller. */
    enum Reason {
        MISSING("the header Upstash-Signature is missing"),
        MALFORMED("the signature is not a JWT in compact form"),
        WRONG_ALGORITHM("the signature's algorithm is not HS256"),
        WRONG_KEY("neither the current nor the next signing key made this signature"),
        MISSING_CLAIM(
                "the signature lacks one of the claims iss, sub, exp, nbf, iat, jti and body, or one has the wrong type"),
        WRONG_ISSUER("the signature's issuer is not Upstash"),
        FOREIGN_URL("the signature was made for another URL"),
        EXPIRED("the signature has expired"),
        NOT_YET_VALID("the signature is not valid yet"),
        LIVES_TOO_LONG("the signature is good for more than 300 s"),
        AMBIGUOUS("there is more than one header Upstash-Signature"),
        WRONG_BODY("the signature was made for another body");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        /** What is wrong, without anything the caller sent. */
        public String sentence() {
            return sentence;
        }
    }
}
