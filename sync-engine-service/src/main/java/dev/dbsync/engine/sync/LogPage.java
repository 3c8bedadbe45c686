package dev.dbsync.engine.sync;

import java.util.List;
import java.util.UUID;

/**
 * A page of the log, resolved against the source.
 *
 * @param deletes target keys that no live, matching row has
 * @param upserts rows as they are now
 * @param watermark every entry up to it is dealt with by this page
 * @param epoch the watermark's
 * @param more whether entries above it were there already
 * @param ages of the changes behind it
 */
record LogPage(
        List<List<String>> deletes,
        List<List<String>> upserts,
        long watermark,
        UUID epoch,
        boolean more,
        ChangeAges ages) {}
