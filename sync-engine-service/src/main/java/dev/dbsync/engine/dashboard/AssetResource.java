package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Hands out the files that pages load. */
@Path("/dashboard/assets")
@Blocking
public class AssetResource {

    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Assets assets;

    AssetResource(Assets assets) {
        this.assets = assets;
    }

    @GET
    @Path("/{hash}/{name}")
    public Response get(@PathParam("hash") String hash, @PathParam("name") String name) {
        Assets.Asset asset = assets.find(hash, name)
                .orElseThrow(() -> ApiException.notFound("There is no such file; reload the page"));
        return Response.ok(asset.content(), asset.type())
                .header(HttpHeaders.CACHE_CONTROL, FOR_EVER)
                .build();
    }
}
