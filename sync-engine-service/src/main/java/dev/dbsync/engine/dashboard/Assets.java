package dev.dbsync.engine.dashboard;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The files that pages load, each under an address with its hash in it, so that a browser may keep it for ever and has the new
 * one at once. Libraries come out of their WebJars, whatever their version. Immutable and thread-safe.
 */
@ApplicationScoped
public class Assets {

    private static final String OURS = "/dashboard/";
    private static final Map<String, String> TYPES =
            Map.of("js", "text/javascript;charset=utf-8", "css", "text/css;charset=utf-8", "svg", "image/svg+xml");

    private final Map<String, Asset> byPath = new LinkedHashMap<>();
    private final Map<String, String> urls = new LinkedHashMap<>();

    Assets() {
        add("dashboard.css", OURS + "dashboard.css");
        add("dashboard.js", OURS + "dashboard.js");
        add("icon.svg", OURS + "icon.svg");
        add("htmx.js", webJar("htmx.org", "dist/htmx.min.js"));
        add("uplot.js", webJar("uplot", "dist/uPlot.iife.min.js"));
        add("uplot.css", webJar("uplot", "dist/uPlot.min.css"));
    }

    record Asset(byte[] content, String type) {}

    Optional<Asset> find(String hash, String name) {
        return Optional.ofNullable(byPath.get(hash + "/" + name));
    }

    /** The address of a file. */
    public String url(String name) {
        return urls.get(name);
    }

    private void add(String name, String resource) {
        byte[] content = read(resource);
        String hash = hash(content);
        byPath.put(hash + "/" + name, new Asset(content, TYPES.get(name.substring(name.lastIndexOf('.') + 1))));
        urls.put(name, "/dashboard/assets/" + hash + "/" + name);
    }

    private static String webJar(String name, String file) {
        var properties = new Properties();
        String about = "/META-INF/maven/org.webjars.npm/" + name + "/pom.properties";
        try (InputStream in = open(about)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + about, e);
        }
        return "/META-INF/resources/webjars/" + name + "/" + properties.getProperty("version") + "/" + file;
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + resource, e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("The class path lacks " + resource + ", which the dashboard's pages load");
        }
        return in;
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
