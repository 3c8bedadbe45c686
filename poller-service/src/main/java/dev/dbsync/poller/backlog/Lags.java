package dev.dbsync.poller.backlog;

import java.util.List;

/** How far databases are behind. Pure. */
final class Lags {

    private Lags() {}

    /**
     * The lag that this share of all databases does not exceed.
     *
     * @param behind seconds of those that are behind, ascending; all others have no lag
     * @param databases how many there are in all
     * @param share from 0 to 1; 1 gives the longest
     */
    static double quantile(List<Double> behind, long databases, double share) {
        if (behind.isEmpty()) {
            return 0;
        }
        long all = Math.max(databases, behind.size());
        long rank = Math.max(1, (long) Math.ceil(share * all));
        long place = rank - (all - behind.size()) - 1;
        return place < 0 ? 0 : behind.get((int) place);
    }
}
