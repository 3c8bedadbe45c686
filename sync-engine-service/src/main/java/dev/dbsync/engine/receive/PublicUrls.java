package dev.dbsync.engine.receive;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The URLs a delivery may have been signed for: from the configuration alone, never from what the request says. */
@Singleton
class PublicUrls {

    private final Set<String> accepted;

    PublicUrls(@ConfigProperty(name = "dbsync.engine.public-url") List<String> publicUrls) {
        this.accepted = publicUrls.stream()
                .map(url -> withoutTrailingSlashes(url.strip()) + SyncEngineResource.PATH)
                .collect(Collectors.toUnmodifiableSet());
    }

    Set<String> accepted() {
        return accepted;
    }

    private static String withoutTrailingSlashes(String url) {
        return url.replaceAll("/+$", "");
    }
}
