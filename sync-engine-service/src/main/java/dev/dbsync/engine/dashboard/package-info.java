/**
 * The page at {@code /}: what is behind, why, and whose turn it is.
 *
 * <p>Pages are Qute templates over what the admin API answers, called in this process: there is no second query and no second
 * check of an input. A page has parts that are alive: htmx fetches each again every second or two and puts it in the old one's
 * place. What changes something is a request of htmx with the session's token, and answers with the part it changed.
 *
 * <pre>
 *   request ─▶ SessionFilter (session? same origin? token?) ─▶ AuditFilter ─▶ a …Page ─▶ PageFilter (headers, refusals as text)
 * </pre>
 *
 * <p>Who is signed in is an operator or a viewer. A viewer's session changes nothing; its pages have no buttons that would.
 *
 * <p>Whatever comes from a tenant is text: Qute escapes it, and the content security policy has no place for scripts or styles
 * that are not files of ours.
 */
package dev.dbsync.engine.dashboard;
