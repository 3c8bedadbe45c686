package dev.dbsync.poller.claim;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

@ApplicationScoped
class RetryPolicyProducer {

    @Produces
    @Singleton
    RetryPolicy policy(RetryConfig config) {
        return new RetryPolicy(config.base(), config.cap(), config.retryAfterCap());
    }
}
