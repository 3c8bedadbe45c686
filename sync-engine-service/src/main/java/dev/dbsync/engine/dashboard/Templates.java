package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.admin.ExternalDatabaseResource.TestResult;
import dev.dbsync.engine.admin.ExternalDatabaseView;
import dev.dbsync.engine.audit.AuditResource;
import dev.dbsync.engine.status.StatusView;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/** The templates, checked against their parameters when the service is built. What follows a dollar sign is a part of a page. */
@CheckedTemplate(basePath = "dashboard")
final class Templates {

    private Templates() {}

    static native TemplateInstance signIn(Frame frame, String next, String refusal, boolean byProvider);

    static native TemplateInstance signedIn(Frame frame);

    static native TemplateInstance refusal(Frame frame, int status, String text);

    static native TemplateInstance notice(Notice notice);

    static native TemplateInstance pipeline(Frame frame, Stages view);

    static native TemplateInstance pipeline$live(Stages view, Notice notice);

    static native TemplateInstance tables(Frame frame, StatusView status);

    static native TemplateInstance tables$live(StatusView status);

    static native TemplateInstance tenancies(Frame frame, TenanciesView view);

    static native TemplateInstance tenancy(Frame frame, TenancyView view);

    static native TemplateInstance tenancy$live(TenancyView view, Notice notice);

    static native TemplateInstance database(Frame frame, DatabaseView view);

    static native TemplateInstance database$live(DatabaseView view, Notice notice);

    static native TemplateInstance tested(TestResult result);

    /** @param database null for a new one */
    static native TemplateInstance databaseForm(
            Frame frame, String tenancy, ExternalDatabaseView database, List<String> mappings);

    static native TemplateInstance audit(Frame frame, AuditResource.Page page, String tenancy, boolean first);
}
