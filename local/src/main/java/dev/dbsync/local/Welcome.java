package dev.dbsync.local;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.Service;

/** What to open, and what to try first. */
final class Welcome {

    private Welcome() {}

    static String text(LocalSettings settings, Secrets secrets) {
        String server = "postgresql://postgres@localhost:" + settings.postgresPort() + "/";
        String engine = "http://localhost:" + settings.port(Service.ENGINE);
        String api = engine + ApiClient.PREFIX;
        return """

                External DB Sync is running. The data is fresh on every start; a change is made every second. Ctrl-C stops all of it.

                  dashboard            %10$s (sign in with the admin token)
                  admin token          %6$s

                  internal database    psql %1$sinternal
                  tenant a (%2$s)      psql %1$s%3$s
                  tenant b (%4$s)    psql %1$s%5$s

                  status               curl -s -H 'Authorization: Bearer %6$s' '%7$s/status?scope=all'
                  status of tenant a   curl -s -H 'Authorization: Bearer %6$s' '%7$s/status?scope=tenancy&tenancyId=%8$s'
                  logs                 %9$s

                Try it:
                  psql %1$sinternal -c "UPDATE \\"ProjectUser\\" SET \\"displayName\\" = 'Grace Hopper' WHERE \\"projectUserId\\" = md5('acme user 1')::uuid"
                  psql %1$s%3$s -c "SELECT display_name, primary_email FROM users WHERE id = md5('acme user 1')::uuid"

                """.formatted(
                        server,
                        SampleTenant.ACME.project(),
                        SampleTenant.ACME.database(),
                        SampleTenant.GLOBEX.project(),
                        SampleTenant.GLOBEX.database(),
                        secrets.adminToken(),
                        api,
                        SampleTenant.ACME.tenancy(),
                        settings.logDirectory(),
                        engine + "/");
    }
}
