package dev.dbsync.engine.dashboard;

/** The headers that htmx sends and minds. */
final class Htmx {

    /** On every request of it. */
    static final String REQUEST = "HX-Request";

    /** The address of the page it is on. */
    static final String CURRENT_URL = "HX-Current-URL";

    /** In an answer: leave for that address. */
    static final String REDIRECT = "HX-Redirect";

    /** In an answer: put it into that element instead. */
    static final String RETARGET = "HX-Retarget";

    static final String RESWAP = "HX-Reswap";

    /** On what a page fetches by itself, without anybody doing anything. */
    static final String BY_ITSELF = "X-Refresh";

    /** The session's token. */
    static final String TOKEN = "X-Request-Token";

    private Htmx() {}
}
