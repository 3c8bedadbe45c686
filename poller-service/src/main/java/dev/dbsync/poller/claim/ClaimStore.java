package dev.dbsync.poller.claim;

import dev.dbsync.common.sql.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The statements on {@code "OutgoingRequest"}, each a transaction of its own. Thread-safe. Times are the database's; every
 * statement fails after ten seconds without an answer.
 */
@ApplicationScoped
public class ClaimStore {

    private static final Duration TIME_OUT = Duration.ofSeconds(10);

    /** Three renewals missed: a newer request of the key need not wait for this claim any more. */
    private static final Duration UNRENEWED = Duration.ofSeconds(3);

    private static final Sql CLAIM = Sql.resource(ClaimStore.class, "claim.sql");
    private static final Sql ACKNOWLEDGE = Sql.resource(ClaimStore.class, "acknowledge.sql");
    private static final Sql POSTPONE = Sql.resource(ClaimStore.class, "postpone.sql");
    private static final Sql RENEW = Sql.resource(ClaimStore.class, "renew.sql");
    private static final Sql RELEASE = Sql.resource(ClaimStore.class, "release.sql");
    private static final Sql TAKE_BACK = Sql.resource(ClaimStore.class, "take_back_abandoned.sql");

    private final Pool pool;

    /** @param pool of the internal database */
    public ClaimStore(Pool pool) {
        this.pool = pool;
    }

    /** Claims up to so many requests, the longest waiting first; none while the fusebox has the poller switched off. */
    public Uni<List<Claim>> claim(int limit, Duration lease) {
        return run(
                        CLAIM,
                        Map.of(
                                "claim_limit", limit,
                                "lease_millis", lease.toMillis(),
                                "unrenewed_millis", UNRENEWED.toMillis()))
                .map(ClaimStore::claims);
    }

    /**
     * Deletes delivered requests. Returns the tokens of those whose claim was still current; the others are delivered again by
     * another poller.
     */
    public Uni<Set<UUID>> acknowledge(Collection<Claim> claims) {
        return run(ACKNOWLEDGE, Map.of("ids", array(claims, Claim::id), "tokens", array(claims, Claim::token)))
                .map(rows -> {
                    var tokens = new HashSet<UUID>();
                    rows.forEach(row -> tokens.add(row.getUUID("claimToken")));
                    return tokens;
                });
    }

    /** Puts a failed delivery off. False if the claim is no longer current. */
    public Uni<Boolean> postpone(Claim claim, Duration delay, String error) {
        return run(
                        POSTPONE,
                        Map.of(
                                "id", claim.id(),
                                "token", claim.token(),
                                "delay_millis", delay.toMillis(),
                                "error", error))
                .map(ClaimStore::changed);
    }

    /** Keeps claims from running out. Returns how many were still current. */
    public Uni<Integer> renew(Collection<Claim> claims, Duration lease) {
        return run(
                        RENEW,
                        Map.of(
                                "ids", array(claims, Claim::id),
                                "tokens", array(claims, Claim::token),
                                "lease_millis", lease.toMillis()))
                .map(RowSet::rowCount);
    }

    /** Gives claims up: any poller may take them at once. Returns how many were still current. */
    public Uni<Integer> release(Collection<Claim> claims) {
        return run(RELEASE, Map.of("ids", array(claims, Claim::id), "tokens", array(claims, Claim::token)))
                .map(RowSet::rowCount);
    }

    /** Makes claims due that nobody has renewed for so long. Returns how many. */
    public Uni<Integer> takeBackAbandoned(Duration unrenewedFor) {
        return run(TAKE_BACK, Map.of("abandoned_millis", unrenewedFor.toMillis()))
                .map(RowSet::rowCount);
    }

    private Uni<RowSet<Row>> run(Sql sql, Map<String, ?> values) {
        return pool.preparedQuery(sql.positional())
                .execute(sql.tuple(values))
                .ifNoItem()
                .after(TIME_OUT)
                .fail();
    }

    private static List<Claim> claims(RowSet<Row> rows) {
        var claims = new ArrayList<Claim>();
        for (Row row : rows) {
            claims.add(new Claim(
                    row.getUUID("id"),
                    row.getUUID("claimToken"),
                    row.getString("deduplicationKey"),
                    row.getJsonObject("qstashOptions"),
                    row.getInteger("attempts"),
                    row.getBoolean("abandoned")));
        }
        return claims;
    }

    private static boolean changed(RowSet<Row> rows) {
        return rows.rowCount() > 0;
    }

    private static UUID[] array(Collection<Claim> claims, Function<Claim, UUID> field) {
        return claims.stream().map(field).toArray(UUID[]::new);
    }
}
