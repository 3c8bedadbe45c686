package dev.dbsync.sequencer.capture;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Dependency;
import dev.dbsync.common.mapping.Mapping.Tenancy;
import dev.dbsync.common.mapping.Mapping.Value;
import dev.dbsync.common.mapping.TableName;
import dev.dbsync.sequencer.capture.Roles.DirectFeed;
import dev.dbsync.sequencer.capture.Roles.Feed;
import dev.dbsync.sequencer.capture.Roles.JoinedTenancy;
import dev.dbsync.sequencer.capture.Roles.TenancyRole;
import dev.dbsync.sequencer.expand.ExpansionId;
import dev.dbsync.sequencer.expand.SourceKeys;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which tables are captured, and in what roles, so that every mapping learns of every change. Pure. */
final class CapturePlan {

    private final SourceKeys keys;
    private final Map<TableName, Map<String, String>> types;
    private final Map<TableName, Roles> roles = new LinkedHashMap<>();

    private CapturePlan(SourceKeys keys, Map<TableName, Map<String, String>> types) {
        this.keys = keys;
        this.types = types;
    }

    /**
     * @param types the column types of every table that a mapping depends on, as {@code format_type} spells them
     * @return every table to be captured, sources first
     */
    static Map<TableName, Roles> of(Collection<BoundMapping> mappings, Map<TableName, Map<String, String>> types) {
        var plan = new CapturePlan(SourceKeys.of(mappings), types);
        mappings.forEach(bound -> plan.addSource(bound.mapping()));
        mappings.forEach(plan::addOthers);
        return plan.roles;
    }

    private void addSource(Mapping mapping) {
        List<String> key = keys.of(mapping.source());
        var tombstone = List.copyOf(mapping.tombstoneColumns());
        if (mapping.tenancy() instanceof Tenancy.OfColumn of) {
            add(mapping.source(), new Roles(key, List.of(of.column()), tombstone, null, null, null, null));
        } else if (mapping.tenancy() instanceof Tenancy.Joined joined) {
            var role = new JoinedTenancy(
                    ExpansionId.row(mapping, key),
                    ExpansionId.tombstone(mapping, key),
                    List.copyOf(joined.join().keySet()));
            add(mapping.source(), new Roles(key, null, tombstone, List.of(role), null, null, null));
        }
    }

    private void addOthers(BoundMapping bound) {
        Mapping mapping = bound.mapping();
        List<String> key = keys.of(mapping.source());
        if (mapping.tenancy() instanceof Tenancy.Joined joined) {
            var role = new TenancyRole(
                    ExpansionId.tenancy(mapping, joined, key),
                    joined.id(),
                    List.copyOf(joined.join().values()));
            add(joined.table(), new Roles(null, null, null, null, null, null, List.of(role)));
        }
        for (Dependency dependency : mapping.dependencies()) {
            Optional<DirectFeed> direct = direct(bound, dependency);
            if (direct.isPresent()) {
                add(dependency.table(), new Roles(null, null, null, null, List.of(direct.get()), null, null));
            } else {
                var feed = new Feed(
                        ExpansionId.dependency(mapping, dependency, key),
                        dependency.on().stream().map(Dependency.On::column).toList());
                add(dependency.table(), new Roles(null, null, null, null, null, List.of(feed), null));
            }
        }
    }

    /**
     * The fed row's whole key and its tenancy, read off the dependency's row. Only where the types are the same: a trigger
     * must never have to convert a value, since that might fail in the application's statement.
     */
    private Optional<DirectFeed> direct(BoundMapping bound, Dependency dependency) {
        Mapping mapping = bound.mapping();
        if (!(mapping.tenancy() instanceof Tenancy.OfColumn tenancy)) {
            return Optional.empty();
        }
        var byFedColumn = new LinkedHashMap<String, String>();
        for (Dependency.On on : dependency.on()) {
            if (on.source() instanceof Value.SourceColumn source
                    && bound.sourceTypes()
                            .get(source.column())
                            .equals(types.get(dependency.table()).get(on.column()))) {
                byFedColumn.put(source.column(), on.column());
            }
        }
        List<String> key = keys.of(mapping.source());
        if (!byFedColumn.keySet().containsAll(key) || !byFedColumn.containsKey(tenancy.column())) {
            return Optional.empty();
        }
        String tenancyColumn = byFedColumn.get(tenancy.column());
        byFedColumn.keySet().retainAll(key);
        return Optional.of(new DirectFeed(mapping.source().logName(), byFedColumn, tenancyColumn));
    }

    private void add(TableName table, Roles more) {
        roles.merge(table, more, Roles::plus);
    }
}
