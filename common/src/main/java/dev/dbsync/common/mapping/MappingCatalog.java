package dev.dbsync.common.mapping;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Every mapping there is: the built-in ones and the operator's. Immutable and thread-safe. */
public final class MappingCatalog {

    /** Named one by one, since a native executable cannot list its resources. */
    private static final List<String> BUILT_IN = List.of(
            "users",
            "contact_channels",
            "teams",
            "team_member_profiles",
            "team_permissions",
            "team_invitations",
            "email_outboxes",
            "project_permissions",
            "notification_preferences",
            "refresh_tokens",
            "connected_accounts");

    private final Map<String, Mapping> byId;

    private MappingCatalog(Map<String, Mapping> byId) {
        this.byId = byId;
    }

    /**
     * Reads the built-in mappings and every {@code *.yaml} or {@code *.yml} of the directory, if one is given.
     *
     * @throws MappingException if a file is not a mapping, or two claim one name or one target table
     */
    public static MappingCatalog load(Optional<Path> directory) {
        var mappings = new LinkedHashMap<String, Mapping>();
        BUILT_IN.forEach(id -> add(mappings, MappingFile.parse("built-in " + id + ".yaml", true, builtIn(id))));
        directory.ifPresent(path ->
                files(path).forEach(file -> add(mappings, MappingFile.parse(file.toString(), false, read(file)))));
        return new MappingCatalog(mappings);
    }

    /** A catalog of just these, in their order. */
    public static MappingCatalog of(Collection<Mapping> mappings) {
        var byId = new LinkedHashMap<String, Mapping>();
        mappings.forEach(mapping -> add(byId, mapping));
        return new MappingCatalog(byId);
    }

    /** All mappings, built-in ones first. */
    public Collection<Mapping> all() {
        return byId.values();
    }

    /** The ids of all mappings, in the order of {@link #all()}. */
    public Set<String> ids() {
        return byId.keySet();
    }

    /** The mapping of this name, if there is one. */
    public Optional<Mapping> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The distinct source tables as the logs name them. */
    public Set<String> sourceTables() {
        var names = new LinkedHashSet<String>();
        all().forEach(mapping -> names.add(mapping.source().logName()));
        return names;
    }

    private static void add(Map<String, Mapping> mappings, Mapping added) {
        for (Mapping other : mappings.values()) {
            if (other.id().equals(added.id())) {
                throw new MappingException(
                        added.origin().file(),
                        1,
                        "mapping '" + added.id() + "' is already defined in "
                                + other.origin().file() + "; choose another name");
            }
            if (other.targetTable().equals(added.targetTable())) {
                throw new MappingException(
                        added.origin().file(),
                        1,
                        "target table '" + added.targetTable() + "' already belongs to mapping '" + other.id()
                                + "'; choose another name");
            }
        }
        mappings.put(added.id(), added);
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file ->
                            file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the mappings in " + directory, e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the mapping file " + file, e);
        }
    }

    private static String builtIn(String id) {
        String path = "/dbsync/mappings/" + id + ".yaml";
        try (InputStream in = MappingCatalog.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("No built-in mapping " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the built-in mapping " + path, e);
        }
    }
}
