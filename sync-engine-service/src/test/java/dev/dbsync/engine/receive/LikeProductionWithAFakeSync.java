package dev.dbsync.engine.receive;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** Guards addresses as in production; what a delivery sets off is a fake. */
public class LikeProductionWithAFakeSync implements QuarkusTestProfile {

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(FakeTenancySync.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "dbsync.engine.public-url",
                "https://sync.example.com/base/, http://engine:8143",
                "dbsync.targets.allow-private-networks",
                "false");
    }
}
