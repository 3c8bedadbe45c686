package dev.dbsync.sequencer.capture;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.mapping.TableName;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is generated for the built-in mappings, reviewed by eye. */
class GeneratedCaptureTest {

    private static final Map<TableName, Roles> PLAN = plan();

    @ParameterizedTest
    @ValueSource(strings = {"ProjectUser", "ContactChannel", "Team", "VerificationCode", "Tenancy"})
    void theBranchesAndTriggersOfATableAreAsReviewed(String name) throws IOException {
        var table = new TableName("public", name);
        Roles roles = PLAN.get(table);
        String change = CaptureBranches.change(name, roles);
        String delete = CaptureBranches.delete(name, roles);
        var triggers = CaptureTriggers.of(table, roles, change, delete);

        GoldenFile.assertMatches(
                "capture-" + name + ".sql",
                "-- inserts and updates\n" + change + "-- deletes and changed keys\n" + delete + "-- triggers\n"
                        + String.join(";\n", triggers.create()) + ";\n" + triggers.enableAlways() + ";\n");
    }

    @Test
    void everyTableOfTheMappingsIsInThePlan() throws IOException {
        var text = new StringBuilder();
        PLAN.forEach((table, roles) -> text.append(table)
                .append(roles.source() ? " source" : "")
                .append(roles.direct().isEmpty() && roles.feeds().isEmpty() ? "" : " dependency")
                .append(roles.tenancies().isEmpty() ? "" : " tenancy")
                .append('\n'));
        GoldenFile.assertMatches("capture-plan.txt", text.toString());
    }

    /** Every column is a uuid here; only whether two types are the same makes a difference. */
    private static Map<TableName, Roles> plan() {
        var types = new HashMap<TableName, Map<String, String>>();
        List<BoundMapping> mappings = MappingCatalog.load(Optional.empty()).all().stream()
                .map(mapping -> {
                    mapping.tables().forEach(table -> types.computeIfAbsent(table, t -> new AllUuid()));
                    return new BoundMapping(mapping, new AllUuid());
                })
                .toList();
        return CapturePlan.of(mappings, types);
    }

    private static final class AllUuid extends HashMap<String, String> {
        @Override
        public String get(Object column) {
            return "uuid";
        }
    }
}
