package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.GoldenFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceQueriesTest {

    private static final MappingCatalog CATALOG = MappingCatalog.load(Optional.empty());

    @Test
    void readsAMappingWhoseTenancyIsAColumn() {
        assertGolden("users", Map.of("tenancyId", "uuid", "projectUserId", "uuid"));
    }

    @Test
    void readsAMappingWhoseTenancyIsJoined() {
        assertGolden("team_invitations", Map.of("projectId", "text", "branchId", "text", "id", "uuid"));
    }

    @Test
    void readsAMappingWhoseTargetKeyIsNotItsSourceKey() {
        assertGolden(
                "team_permissions",
                Map.of("id", "uuid", "teamId", "uuid", "projectUserId", "uuid", "permissionId", "text"));
    }

    /** citext takes ABC and abc for one value, the target's text does not: each is a key of its own there. */
    @Test
    void comparesTargetKeysAsTheTargetDoes() {
        Mapping mapping = CATALOG.get("project_permissions").orElseThrow();
        var types = Map.of("id", "uuid", "projectUserId", "uuid", "permissionId", "citext");

        assertThat(new SourceQueries(new BoundMapping(mapping, types)).follow().positional())
                .contains("src.\"permissionId\"::text AS t1")
                .contains("src.\"permissionId\"::text::text = touched.t1::text");
    }

    /** A range of the tenancy and the key would be estimated as one row, and read row by row. */
    @Test
    void aChunkIsARangeOfTheKeyBehindTheTenancy() {
        Mapping mapping = CATALOG.get("users").orElseThrow();
        var queries =
                new SourceQueries(new BoundMapping(mapping, Map.of("tenancyId", "uuid", "projectUserId", "uuid")));

        assertThat(queries.chunk("'t'", List.of("'t'", "'a'"), List.of("'t'", "'b'")))
                .contains(
                        "COPY (",
                        "SELECT src.\"tenancyId\"::uuid, src.\"projectUserId\"::uuid, src.\"displayName\"::text,")
                .contains(
                        "src.\"tenancyId\" = 't'::uuid AND (true) AND (src.\"projectUserId\") > ('a'::uuid) AND (src.\"projectUserId\") <= ('b'::uuid)")
                .contains(") TO STDOUT (FORMAT binary)");
    }

    /** One join over the chunk's own stretch; without the bounds it would begin at the tenancy's first channel for every chunk. */
    @Test
    void aChunkJoinsWhatItLooksUpOverItsOwnRangeWhereTheLookupIsUnique() {
        Mapping mapping = CATALOG.get("users").orElseThrow();
        var types = Map.of("tenancyId", "uuid", "projectUserId", "uuid");

        assertThat(new SourceQueries(new BoundMapping(mapping, types, Set.of("email")))
                        .chunk("'t'", List.of("'t'", "'a'"), List.of("'t'", "'b'")))
                .contains("LEFT JOIN \"public\".\"ContactChannel\" AS \"email\" ON ")
                .contains(
                        "\"email\".\"isPrimary\" = 'TRUE' AND (\"email\".\"projectUserId\") > ('a'::uuid) AND (\"email\".\"projectUserId\") <= ('b'::uuid)")
                .doesNotContain("LATERAL");
        assertThat(new SourceQueries(new BoundMapping(mapping, types))
                        .chunk("'t'", List.of("'t'", "'a'"), List.of("'t'", "'b'")))
                .contains("LEFT JOIN LATERAL (", "ORDER BY \"email\"::text COLLATE \"C\" LIMIT 1");
    }

    private static void assertGolden(String id, Map<String, String> types) {
        Mapping mapping = CATALOG.get(id).orElseThrow();
        var queries = new SourceQueries(new BoundMapping(mapping, types));
        GoldenFile.assertSame(
                "source_" + id + ".sql",
                String.join(
                        ";\n\n",
                        queries.follow().positional(),
                        queries.copy(true).positional(),
                        queries.missing().positional()));
    }
}
