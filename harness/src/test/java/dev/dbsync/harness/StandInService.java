package dev.dbsync.harness;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Behaves at its edges as a packaged service does: listens where told, is ready at once, answers with what it was sent. */
final class StandInService {

    private StandInService() {}

    public static void main(String[] arguments) throws IOException {
        String reason = System.getenv("DIE");
        if (reason != null) {
            System.err.println(reason);
            System.exit(1);
        }
        int port = Integer.parseInt(System.getenv("QUARKUS_HTTP_PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(System.getenv("QUARKUS_HTTP_HOST"), port), 0);
        server.createContext("/", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            byte[] body = ("{\"authorization\":\"" + authorization + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println(System.getenv("GREETING") + " from the stand-in");
    }
}
