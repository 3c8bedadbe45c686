package dev.dbsync.engine.dashboard;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;

/** The dashboard's addresses. */
final class Paths {

    static final String SIGN_IN = "/dashboard/sign-in";
    static final String SIGN_IN_OIDC = "/dashboard/sign-in/oidc";
    static final String SIGN_OUT = "/dashboard/sign-out";

    private static final String ASSETS = "/dashboard/assets/";
    private static final Pattern OURS = Pattern.compile("/|/dashboard(/.*)?");
    private static final Pattern RETURNABLE = Pattern.compile("/(dashboard/[A-Za-z0-9/_?&=%.+-]{0,500})?");

    private Paths() {}

    static boolean isOurs(String path) {
        return OURS.matcher(path).matches();
    }

    /** What may be seen without signing in. */
    static boolean isOpen(String path) {
        return path.equals(SIGN_IN) || path.equals(SIGN_IN_OIDC) || isAsset(path);
    }

    static boolean isAsset(String path) {
        return path.startsWith(ASSETS);
    }

    /** An answer that leads there, without naming a scheme: behind a proxy ours is not the reader's. */
    static Response.ResponseBuilder goTo(String path) {
        return Response.status(Response.Status.SEE_OTHER).header(HttpHeaders.LOCATION, path);
    }

    /** The page to go to after signing in: the one that was asked for if it is one of ours, else the first. */
    static String returnable(String path) {
        return path != null && RETURNABLE.matcher(path).matches() && !path.startsWith(SIGN_IN) ? path : "/";
    }
}
