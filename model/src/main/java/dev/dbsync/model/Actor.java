package dev.dbsync.model;

/** Somebody who can take steps, each as atomic as the statement it stands for. */
interface Actor {

    /**
     * Takes the next step, if it can be taken now.
     *
     * @param choice what else there is to decide, see {@link Choice}
     * @return whether anything happened; if not, nothing has changed
     */
    boolean step(int choice);
}
