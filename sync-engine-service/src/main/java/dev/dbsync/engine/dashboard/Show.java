package dev.dbsync.engine.dashboard;

import io.quarkus.qute.TemplateExtension;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** How numbers, times and states are written on pages. */
@TemplateExtension
public final class Show {

    private static final Map<String, String> STATES = Map.of(
            "ok", "Up to date",
            "error", "Failing",
            "pending", "Starting",
            "paused", "Paused",
            "following", "Following",
            "copying", "Copying",
            "sweeping", "Finishing the copy");

    private static final Map<String, String> BLAMES = Map.of(
            "destination", "The tenant’s side has to act",
            "operator", "You, the operator, have to act",
            "platform", "This software is at fault");

    private Show() {}

    /** A count with its thousands apart; {@code 10000+} stays what it is. */
    static String count(String digits) {
        boolean more = digits.endsWith("+");
        String number =
                new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(number(digits));
        return more ? number + "+" : number;
    }

    /** The number at the beginning of a count. */
    static long number(String digits) {
        return Long.parseLong(digits.endsWith("+") ? digits.substring(0, digits.length() - 1) : digits);
    }

    /** So many of something in a second. */
    static String perSecond(Double rate) {
        return new DecimalFormat(rate < 100 ? "0.#" : "#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT))
                        .format(rate)
                + " /s";
    }

    static boolean isZero(String digits) {
        return digits.equals("0");
    }

    /** A length of time in its largest unit or two. */
    static String duration(long millis) {
        Duration time = Duration.ofMillis(Math.max(0, millis));
        if (time.toSeconds() < 1) {
            return time.toMillis() + " ms";
        }
        if (time.toMinutes() < 1) {
            return time.toSeconds() + " s";
        }
        if (time.toHours() < 1) {
            return time.toMinutes() + " min " + time.toSecondsPart() + " s";
        }
        return time.toDays() < 1
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toDays() + " d " + time.toHoursPart() + " h";
    }

    /** How far behind something is. */
    static String lag(long millis) {
        return millis == 0 ? "none" : duration(millis);
    }

    static String ago(Long millis, long now) {
        return now - millis < 2_000 ? "just now" : duration(now - millis) + " ago";
    }

    static String until(Long millis, long now) {
        return millis - now < 1_000 ? "now" : "in " + duration(millis - now);
    }

    /** In ISO form, for machines. */
    static String iso(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    static String stateWord(String state) {
        return STATES.getOrDefault(state, state);
    }

    static String blameWord(String blame) {
        return BLAMES.getOrDefault(blame, blame);
    }

    /** A word as the API has it, for readers. */
    static String words(String name) {
        return name.replace('_', ' ').replace('-', ' ');
    }
}
