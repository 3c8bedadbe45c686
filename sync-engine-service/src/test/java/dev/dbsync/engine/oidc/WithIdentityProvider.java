package dev.dbsync.engine.oidc;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** An engine with an identity provider; a test's field of type {@link FakeIdentityProvider} gets it. */
public class WithIdentityProvider implements QuarkusTestProfile {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Resource.class));
    }

    /** The provider runs as long as the engine. */
    public static class Resource implements QuarkusTestResourceLifecycleManager {

        private FakeIdentityProvider provider;

        @Override
        public Map<String, String> start() {
            provider = new FakeIdentityProvider();
            return Map.of(
                    "dbsync.oidc.issuer", provider.issuer(),
                    "dbsync.oidc.client-id", FakeIdentityProvider.CLIENT,
                    "dbsync.oidc.client-secret", FakeIdentityProvider.SECRET);
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(provider, new TestInjector.MatchesType(FakeIdentityProvider.class));
        }

        @Override
        public void stop() {
            if (provider != null) {
                provider.close();
            }
        }
    }
}
