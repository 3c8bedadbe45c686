package dev.dbsync.bench.plain;

import dev.dbsync.common.signature.UpstashSignature;
import dev.dbsync.common.signature.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A delivery's signature: made by the poller, checked by the engine, in the worse case with the second key. */
@State(Scope.Benchmark)
public class SignatureBenchmark {

    private static final String URL = "http://localhost:8143/api/latest/internal/external-db-sync/sync-engine";
    private static final String CURRENT = "current-signing-key-of-this-benchmark";
    private static final String NEXT = "next-signing-key-of-this-benchmark-too";

    private final byte[] body =
            "{\"tenancyId\":\"00000000-0000-0000-0000-000000000000\"}".getBytes(StandardCharsets.UTF_8);
    private final Instant now = Instant.now();
    private final String current = UpstashSignature.sign(URL, body, CURRENT, now);
    private final String next = UpstashSignature.sign(URL, body, NEXT, now);

    @Benchmark
    public String sign() {
        return UpstashSignature.sign(URL, body, CURRENT, now);
    }

    @Benchmark
    public Verification verify() {
        return UpstashSignature.verify(current, body, List.of(URL), CURRENT, NEXT, now);
    }

    @Benchmark
    public Verification verifyWithTheNextKey() {
        return UpstashSignature.verify(next, body, List.of(URL), CURRENT, NEXT, now);
    }
}
