package dev.dbsync.engine.target;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What went wrong with a target, in words for the one who can mend it. {@link #from} is the one place that reads SQLSTATEs.
 * Neither message nor remedy ever holds a credential or a row's value; the server's own words are cut and made printable.
 *
 * @param code {@code SNAKE_CASE}, stable
 * @param message what was seen, one sentence
 * @param remedy what would help, one sentence
 * @param sqlState null where no database spoke
 */
public record TargetFault(
        String code, Blame blame, String message, String remedy, String sqlState, Scope scope, Pace pace) {

    /** Who can mend it. */
    public enum Blame {
        /** Whoever runs the external database. */
        DESTINATION,
        /** Whoever runs this installation. */
        OPERATOR,
        /** We. */
        PLATFORM;

        /** As it stands in tables and responses. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it keeps from working. */
    public enum Scope {
        /** The whole database. */
        CONNECTION,
        /** One mapping; the others may go on. */
        MAPPING,
        /** Perhaps single rows of a mapping; the rest of them may go on. */
        ROW
    }

    /** How soon another attempt makes sense; see {@link Backoff}. */
    public enum Pace {
        /** It may heal by itself at any time. */
        SOON,
        /** Somebody has to do something first; asking too often may lock an account. */
        LATER
    }

    private static final int MAX_SERVER_TEXT = 300;
    /** Classes of errors whose primary message speaks of names and syntax. */
    private static final Set<String> SERVERS_OWN_CLASSES = Set.of("0A", "25", "26", "3B", "42", "XX");

    private static final Pattern SQL_STATE = Pattern.compile("[0-9A-Z]{5}");

    /** Explains anything thrown while working with a target. Never throws. */
    public static TargetFault from(Throwable thrown) {
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof ForbiddenAddressException) {
                return new TargetFault(
                        "FORBIDDEN_ADDRESS",
                        Blame.DESTINATION,
                        printable(cause.getMessage()),
                        "Use a host on the public internet, or have the operator permit private networks",
                        null,
                        Scope.CONNECTION,
                        Pace.LATER);
            }
            if (cause instanceof SSLException) {
                return connection(
                        "TARGET_TLS_FAILED",
                        "No encrypted connection could be made: " + tlsReason(thrown),
                        "Enable TLS in the database with a certificate that fits the connection string's sslmode and host",
                        null,
                        Pace.SOON);
            }
            if (cause instanceof UnknownHostException) {
                return connection(
                        "TARGET_HOST_UNKNOWN",
                        printable(cause.getMessage()),
                        "Check the host in the connection string and its DNS records",
                        null,
                        Pace.SOON);
            }
            if (cause instanceof AnswerMeter.AnswerTooLongException) {
                return connection(
                        "TARGET_ANSWER_TOO_LONG",
                        cause.getMessage(),
                        "Check that the host is a PostgreSQL server, that nothing was added to the tables _external_db_sync_owner"
                                + " and _external_db_sync_metadata, and that no trigger sends notices without end",
                        null,
                        Pace.LATER);
            }
            if (cause instanceof AnswerMeter.ProtocolViolatedException) {
                return connection(
                        "TARGET_NOT_POSTGRES",
                        cause.getMessage(),
                        "Check that host and port lead to a PostgreSQL server and that nothing in between alters what it says",
                        null,
                        Pace.LATER);
            }
            if (cause instanceof AnswerMeter.LoginTooCostlyException) {
                return connection(
                        "TARGET_LOGIN_REFUSED",
                        cause.getMessage(),
                        "Lower scram_iterations on the server and set the role's password again",
                        null,
                        Pace.LATER);
            }
            if (cause instanceof SQLException sql && serverMessage(sql).isPresent()) {
                return fromServer(sqlState(sql), serverMessage(sql).get());
            }
        }
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
                return unreachable("Nothing accepts connections at the database's host and port");
            }
            if (cause instanceof SocketTimeoutException) {
                return unreachable("The database did not answer in time");
            }
            if (cause instanceof EOFException || cause instanceof SocketException || cause instanceof IOException) {
                return lost(null);
            }
        }
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof UnusableAnswerException) {
                return mapping(
                        "TARGET_ERROR",
                        "The database's answer is none to what was asked: " + cause.getMessage(),
                        "Check that host and port lead to a PostgreSQL server and that the synced tables are as we made them",
                        null,
                        Pace.SOON);
            }
            if (cause instanceof SQLException sql) {
                return fromDriver(sqlState(sql), sql);
            }
        }
        return new TargetFault(
                "TARGET_ERROR",
                Blame.PLATFORM,
                "The engine failed while working with the database ("
                        + thrown.getClass().getSimpleName() + ")",
                "Tell the operator; the engine's log has the details",
                null,
                Scope.MAPPING,
                Pace.SOON);
    }

    private static TargetFault fromServer(String sqlState, ServerErrorMessage server) {
        String said = said(server);
        switch (sqlState) {
            case "28P01", "28000":
                return connection(
                        "TARGET_LOGIN_REFUSED",
                        "The database refused the login" + said,
                        "Check user, password and sslmode in the connection string and the server's pg_hba.conf",
                        sqlState,
                        Pace.LATER);
            case "3D000":
                return connection(
                        "TARGET_DATABASE_MISSING",
                        "The server has no such database" + said,
                        "Create the database or correct its name in the connection string",
                        sqlState,
                        Pace.LATER);
            case "53300":
                return connection(
                        "TARGET_TOO_MANY_CONNECTIONS",
                        "The database has no connection left for us",
                        "Raise max_connections or the role's connection limit, or connect through a pooler",
                        sqlState,
                        Pace.SOON);
            case "42501":
                if ("check_enable_rls".equals(server.getRoutine())) {
                    return mapping(
                            "TARGET_ROW_SECURITY",
                            "Row-level security on a table of ours would hide rows from the role" + said,
                            "Make the role the owner of the synced tables, without FORCE ROW LEVEL SECURITY, or give it BYPASSRLS",
                            sqlState,
                            Pace.LATER);
                }
                return mapping(
                        "TARGET_PERMISSION_DENIED",
                        "The role lacks a privilege" + said,
                        "Grant the role CREATE and USAGE on the schema and make it the owner of the synced tables",
                        sqlState,
                        Pace.LATER);
            case "55P03", "55006":
                return mapping(
                        "TARGET_BUSY",
                        "Another session holds a lock that we need",
                        "End long transactions that touch the synced tables",
                        sqlState,
                        Pace.SOON);
            case "57014":
                return mapping(
                        "TARGET_TIMEOUT",
                        "A statement took too long and was cancelled",
                        "Look for locks on the synced tables and for slow triggers or indexes on them",
                        sqlState,
                        Pace.SOON);
            case "25006":
                return connection(
                        "TARGET_READ_ONLY",
                        "The database accepts no writes",
                        "Connect to the primary server and make sure the database is not set to read-only",
                        sqlState,
                        Pace.SOON);
            case "42P01", "42703", "42804", "42P10", "42830", "42809", "42883", "42704":
                return mapping(
                        "TARGET_TABLE_ALTERED",
                        "The table is not as we made it" + said,
                        "Leave the synced tables as they are; drop the altered table to have it made and copied again",
                        sqlState,
                        Pace.SOON);
            case "42P07", "42710":
                return mapping(
                        "TARGET_TABLE_NOT_OWNED",
                        "Something else has the name of a synced table" + said,
                        "Rename or drop it, or give this external database a schema of its own",
                        sqlState,
                        Pace.SOON);
            case "3F000":
                return connection(
                        "TARGET_SCHEMA_MISSING",
                        "The schema does not exist" + said,
                        "Create the schema or grant the role CREATE on the database",
                        sqlState,
                        Pace.LATER);
            default:
                return fromServerClass(sqlState, server, said);
        }
    }

    private static TargetFault fromServerClass(String sqlState, ServerErrorMessage server, String said) {
        switch (sqlState.substring(0, 2)) {
            case "08", "57":
                return lost(sqlState);
            case "22", "23", "44", "54", "P0":
                return row(
                        "TARGET_ROW_REFUSED",
                        "The database refused a row: " + rowReason(sqlState, server),
                        "Remove the constraint, trigger or type that refuses it, or correct the row at its source",
                        sqlState);
            case "40":
                return mapping(
                        "TARGET_CONFLICT",
                        "Another transaction in the database got in the way",
                        "Nothing need be done; if it stays, end transactions that lock the synced tables",
                        sqlState,
                        Pace.SOON);
            case "53", "58":
                return connection(
                        "TARGET_OUT_OF_RESOURCES",
                        "The database has run out of disk, memory or another resource",
                        "Give the server more room",
                        sqlState,
                        Pace.SOON);
            case "28":
                return connection(
                        "TARGET_LOGIN_REFUSED",
                        "The database refused the login" + said,
                        "Check user and password in the connection string",
                        sqlState,
                        Pace.LATER);
            default:
                // A trigger may raise any SQLSTATE it likes, in words that quote the row.
                boolean serversOwn = SERVERS_OWN_CLASSES.contains(sqlState.substring(0, 2));
                return row(
                        "TARGET_ERROR",
                        "The database answered with an error" + (serversOwn ? said : ""),
                        "Look the error up by its SQLSTATE in the PostgreSQL manual and in the server's log",
                        sqlState);
        }
    }

    /** Raised by the driver itself: its words are our side's, but translated, so only the state is relied on. */
    private static TargetFault fromDriver(String state, SQLException sql) {
        if (state.equals("08004") || state.startsWith("28")) {
            return connection(
                    "TARGET_LOGIN_REFUSED",
                    "The login failed: " + printable(sql.getMessage()),
                    "Use SCRAM-SHA-256 password authentication and check the connection string",
                    state,
                    Pace.LATER);
        }
        if (state.startsWith("08")) {
            return lost(state);
        }
        return mapping(
                "TARGET_ERROR",
                "The database's answer could not be used (" + state + ")",
                "Check that the server is PostgreSQL 12 or newer and that the synced tables are as we made them",
                state,
                Pace.SOON);
    }

    private static TargetFault unreachable(String message) {
        return connection(
                "TARGET_UNREACHABLE",
                message,
                "Check that the database runs and that its firewall admits us",
                null,
                Pace.SOON);
    }

    private static TargetFault lost(String sqlState) {
        return connection(
                "TARGET_CONNECTION_LOST",
                "The connection to the database broke or was refused by the server",
                "Nothing need be done if the database is restarting; else look into its log",
                sqlState,
                Pace.SOON);
    }

    private static TargetFault connection(String code, String message, String remedy, String sqlState, Pace pace) {
        return new TargetFault(code, Blame.DESTINATION, message, remedy, sqlState, Scope.CONNECTION, pace);
    }

    private static TargetFault mapping(String code, String message, String remedy, String sqlState, Pace pace) {
        return new TargetFault(code, Blame.DESTINATION, message, remedy, sqlState, Scope.MAPPING, pace);
    }

    private static TargetFault row(String code, String message, String remedy, String sqlState) {
        return new TargetFault(code, Blame.DESTINATION, message, remedy, sqlState, Scope.ROW, Pace.SOON);
    }

    /** A server may send anything in place of five capitals and digits; that is then an unknown error ({@code XX000}). */
    private static String sqlState(SQLException e) {
        String state = e.getSQLState();
        return state != null && SQL_STATE.matcher(state).matches() ? state : "XX000";
    }

    /** The server's account of an exception, if it came from there. */
    static Optional<ServerErrorMessage> serverMessage(SQLException e) {
        return e instanceof PSQLException fromDriver
                ? Optional.ofNullable(fromDriver.getServerErrorMessage())
                : Optional.empty();
    }

    /**
     * The primary message, for errors whose primary message speaks of names only. DETAIL, HINT and CONTEXT may quote rows; and so
     * may the message of what a function raised, under any SQLSTATE: such errors have a CONTEXT.
     */
    private static String said(ServerErrorMessage server) {
        String message = server.getMessage();
        boolean fromFunction = server.getWhere() != null && !server.getWhere().isBlank();
        return message == null || message.isBlank() || fromFunction ? "" : ": " + printable(message);
    }

    /** Names only: the primary message of these errors may quote the value. */
    private static String rowReason(String sqlState, ServerErrorMessage server) {
        var reason = new StringBuilder(condition(sqlState));
        append(reason, "table", server.getTable());
        append(reason, "column", server.getColumn());
        append(reason, "constraint", server.getConstraint());
        return reason.toString();
    }

    private static void append(StringBuilder reason, String what, String name) {
        if (name != null && !name.isBlank()) {
            reason.append(", ").append(what).append(' ').append(printable(name));
        }
    }

    private static String condition(String sqlState) {
        return switch (sqlState) {
            case "22001" -> "a value is too long for its column";
            case "22003" -> "a number is out of range";
            case "22007", "22008" -> "a date or time is invalid or out of range";
            case "22021", "22P05" -> "a character cannot be stored in the database's encoding";
            case "22P02", "22P03" -> "a value does not fit its column's type";
            case "23502" -> "a column that must not be null is";
            case "23503" -> "a foreign key is violated";
            case "23505" -> "a unique constraint is violated";
            case "23514" -> "a check constraint is violated";
            case "23P01" -> "an exclusion constraint is violated";
            case "54000" -> "a value is too large for an index or a row";
            case "P0001" -> "a trigger or rule raised an error";
            default ->
                switch (sqlState.substring(0, 2)) {
                    case "22" -> "a value is not acceptable";
                    case "23" -> "a constraint is violated";
                    case "44" -> "a view's check option is violated";
                    case "54" -> "a limit of the database is exceeded";
                    default -> "a trigger or function failed";
                };
        };
    }

    private static String tlsReason(Throwable thrown) {
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof CertificateException) {
                return "the server's certificate is not trusted or is not for this host";
            }
        }
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof SSLException) {
                return printable(cause.getMessage());
            }
        }
        return "the handshake failed";
    }

    /** Untrusted text on one line: no control, format (that is bidirectional) or unassigned characters, and not much of it. */
    private static String printable(String text) {
        if (text == null) {
            return "";
        }
        var out = new StringBuilder();
        text.codePoints()
                .limit(MAX_SERVER_TEXT)
                .map(c -> isPrintable(c) ? c : Character.isWhitespace(c) ? ' ' : '\uFFFD')
                .forEach(out::appendCodePoint);
        return text.codePointCount(0, text.length()) > MAX_SERVER_TEXT
                ? out.append('…').toString()
                : out.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** The exception and its causes, outermost first, each once. */
    private static List<Throwable> chain(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var chain = new ArrayList<Throwable>();
        for (Throwable cause = thrown; cause != null && seen.add(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
