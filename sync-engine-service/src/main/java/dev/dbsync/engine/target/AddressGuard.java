package dev.dbsync.engine.target;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Decides which addresses may be connected to. Every address a host resolves to must be allowed, not just one: otherwise
 * the choice among them would be the name server's, that is the tenant's. Callers connect to the addresses returned and never
 * resolve the name again. Thread-safe.
 */
@ApplicationScoped
public class AddressGuard {

    /** Asks the name service. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private static final int MAX_LOOKUPS = 32;

    private final boolean allowPrivateNetworks;
    private final Duration timeout;
    private final Resolver resolver;

    /** A look-up cannot be interrupted, so each has a thread of its own and at most so many may hang. */
    private final ExecutorService lookups = new ThreadPoolExecutor(
            0, MAX_LOOKUPS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), AddressGuard::lookupThread);

    @Inject
    public AddressGuard(TargetsConfig config) {
        this(config.allowPrivateNetworks(), config.resolveTimeout(), InetAddress::getAllByName);
    }

    AddressGuard(boolean allowPrivateNetworks, Duration timeout, Resolver resolver) {
        this.allowPrivateNetworks = allowPrivateNetworks;
        this.timeout = timeout;
        this.resolver = resolver;
    }

    /**
     * The addresses of a host, all of them allowed.
     *
     * @param host a DNS name or an address in any spelling
     * @throws ForbiddenAddressException if any of its addresses is not allowed
     * @throws UnknownHostException if it has none, or the name service did not answer in time
     */
    public List<InetAddress> resolve(String host)
            throws ForbiddenAddressException, UnknownHostException, InterruptedIOException {
        HostName name = hostName(host);
        List<InetAddress> addresses =
                name.literal().isPresent() ? List.of(name.literal().get()) : lookUp(name.text());
        for (InetAddress address : addresses) {
            AddressKind kind = AddressKind.of(address);
            if (kind.isNeverAHost() || !(allowPrivateNetworks || kind == AddressKind.GLOBAL)) {
                throw new ForbiddenAddressException(name, kind);
            }
        }
        return addresses;
    }

    /**
     * Refuses what is known to be forbidden now. A host that cannot be resolved passes: it need not exist yet and is checked on
     * every connect.
     */
    public void refuseForbidden(ConnectionSettings settings) throws ForbiddenAddressException {
        try {
            resolve(settings.host());
        } catch (ForbiddenAddressException e) {
            throw e;
        } catch (UnknownHostException | InterruptedIOException e) {
            // Not known to be forbidden.
        }
    }

    private static HostName hostName(String host) throws UnknownHostException {
        try {
            return HostName.of(host);
        } catch (IllegalArgumentException e) {
            throw unknown("is not a host name", e);
        }
    }

    private List<InetAddress> lookUp(String name) throws UnknownHostException, InterruptedIOException {
        try {
            InetAddress[] found =
                    lookups.submit(() -> resolver.resolve(name)).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (found.length == 0) {
                throw unknown("has no address", null);
            }
            return List.of(found);
        } catch (TimeoutException | RejectedExecutionException e) {
            throw unknown("could not be resolved within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw unknown("could not be resolved", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while resolving a host name");
        }
    }

    private static UnknownHostException unknown(String predicate, Throwable cause) {
        var exception = new UnknownHostException("The host " + predicate);
        exception.initCause(cause);
        return exception;
    }

    private static Thread lookupThread(Runnable task) {
        var thread = new Thread(task, "target-lookup");
        thread.setDaemon(true);
        return thread;
    }
}
