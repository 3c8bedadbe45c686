package dev.dbsync.common.mapping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML mapping whose every entry knows its line. */
final class YamlMap {

    private final String file;
    private final String what;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    /** @param what how messages name this mapping */
    YamlMap(String file, Node node, String what) {
        this.file = file;
        this.what = what;
        this.line = lineOf(node);
        if (!(node instanceof MappingNode mapping)) {
            throw new MappingException(file, line, what + " must be 'key: value' pairs");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode(), "a key");
            if (values.put(key, tuple.getValueNode()) != null) {
                throw new MappingException(file, lineOf(tuple.getKeyNode()), "'" + key + "' is there twice");
            }
            lines.put(key, lineOf(tuple.getKeyNode()));
        }
    }

    /** Refuses every key but these. */
    void allow(String... keys) {
        List<String> known = Arrays.asList(keys);
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw wrong(key, "unknown key '" + key + "' in " + what + "; known are " + String.join(", ", known));
            }
        }
    }

    Set<String> keys() {
        return values.keySet();
    }

    /** Line of the entry, or of the whole mapping if there is no such entry. */
    int line(String key) {
        return lines.getOrDefault(key, line);
    }

    String text(String key) {
        return optionalText(key).orElseThrow(() -> missing(key));
    }

    Optional<String> optionalText(String key) {
        return Optional.ofNullable(values.get(key)).map(node -> scalar(node, "'" + key + "'"));
    }

    boolean flag(String key) {
        String text = optionalText(key).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(key, "'" + key + "' must be true or false, found '" + text + "'");
        }
        return text.equals("true");
    }

    List<String> texts(String key) {
        var texts = new ArrayList<String>();
        for (Node node : sequence(key)) {
            texts.add(scalar(node, "an entry of '" + key + "'"));
        }
        return List.copyOf(texts);
    }

    YamlMap map(String key, String... allowed) {
        if (!values.containsKey(key)) {
            throw missing(key);
        }
        var map = new YamlMap(file, values.get(key), "'" + key + "'");
        if (allowed.length > 0) {
            map.allow(allowed);
        }
        return map;
    }

    /** Every entry, in the file's order. */
    Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        keys().forEach(key -> texts.put(key, text(key)));
        return Collections.unmodifiableMap(texts);
    }

    /** The entries of an entry, in the file's order; none if it is not there. */
    Map<String, String> optionalTexts(String key) {
        return values.containsKey(key) ? map(key).texts() : Map.of();
    }

    List<YamlMap> maps(String key, String... allowed) {
        var maps = new ArrayList<YamlMap>();
        for (Node node : sequence(key)) {
            var map = new YamlMap(file, node, "an entry of '" + key + "'");
            map.allow(allowed);
            maps.add(map);
        }
        return maps;
    }

    List<YamlMap> optionalMaps(String key, String... allowed) {
        return values.containsKey(key) ? maps(key, allowed) : List.of();
    }

    /** @param key the entry to blame, or null for the whole mapping */
    MappingException wrong(String key, String problem) {
        return new MappingException(file, key == null ? line : line(key), problem);
    }

    private MappingException missing(String key) {
        return new MappingException(file, line, what + " lacks '" + key + "'");
    }

    private List<Node> sequence(String key) {
        Node node = values.get(key);
        if (node == null) {
            throw missing(key);
        }
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            throw wrong(key, "'" + key + "' must be a list with at least one entry");
        }
        return sequence.getValue();
    }

    private String scalar(Node node, String name) {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw new MappingException(file, lineOf(node), name + " must be a text that is not empty");
        }
        return scalar.getValue().strip();
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
