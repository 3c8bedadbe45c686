package dev.dbsync.sequencer.expand;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.sequencer.capture.GoldenFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is generated for a table whose tenancy is joined and that reads another, reviewed by eye. */
class GeneratedExpansionsTest {

    @Test
    void theExpansionsOfInvitationsAreAsReviewed() throws IOException {
        var invitations =
                MappingCatalog.load(Optional.empty()).get("team_invitations").orElseThrow();
        var bound = new BoundMapping(
                invitations, Map.of("projectId", "text", "branchId", "text", "id", "uuid", "data", "jsonb"));
        var text = new StringBuilder();
        new TreeMap<>(Expansions.of(List.of(bound), (mapping, value) -> "text")).forEach((id, expansion) -> {
            text.append("-- ").append(id).append('\n');
            if (expansion instanceof Expansion.AtOnce atOnce) {
                text.append(atOnce.statement().positional());
            } else if (expansion instanceof Expansion.Paged paged) {
                text.append(paged.first().positional())
                        .append("-- next page\n")
                        .append(paged.next().positional());
            }
        });
        GoldenFile.assertMatches("expansions-team_invitations.sql", text.toString());
    }
}
