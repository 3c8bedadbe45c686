package dev.dbsync.engine.target;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host as a connection string may name it, in its one canonical spelling. Whatever the system's resolver might take for an
 * address ({@code 127.1}, {@code 0x7f.1}, {@code 2130706433}, full-width digits) is either read as that address here or refused,
 * so that a resolver is never asked for anything but a name.
 *
 * @param text ASCII, lower case, without brackets, root dot or zone
 * @param literal the address, if it is one
 */
record HostName(String text, Optional<InetAddress> literal) {

    private static final int MAX_LENGTH = 253;
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]{2,45}");
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

    /** @throws IllegalArgumentException if it is neither a DNS name nor an address; the message does not repeat it */
    static HostName of(String given) {
        if (given.contains(":")) {
            return ipv6(given.toLowerCase(Locale.ROOT));
        }
        String name = ascii(given);
        if (ENDS_IN_NUMBER.matcher(name).matches()) {
            InetAddress address = ipv4(name);
            return new HostName(address.getHostAddress(), Optional.of(address));
        }
        if (name.length() > MAX_LENGTH || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("The host is neither a DNS name nor an IP address");
        }
        return new HostName(name, Optional.empty());
    }

    /** Name preparation folds full-width digits and ideographic full stops, so it comes before any look for numbers. */
    private static String ascii(String given) {
        String name;
        try {
            name = IDN.toASCII(given).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("The host is not a valid international domain name", e);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static HostName ipv6(String text) {
        try {
            if (IPV6.matcher(text).matches()) {
                // In brackets it is never looked up. The JDK turns IPv4-mapped addresses into IPv4 ones.
                InetAddress address = InetAddress.getByName("[" + text + "]");
                String canonical = address.getAddress().length == 4 ? address.getHostAddress() : text;
                return new HostName(canonical, Optional.of(address));
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("The host is not a valid IPv6 address", e);
        }
        throw new IllegalArgumentException("The host is not a valid IPv6 address (zone ids are not taken)");
    }

    /** Reads one to four numbers as C's {@code inet_aton} does: each decimal, octal or hexadecimal, the last filling what is left. */
    private static InetAddress ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4) {
            throw notIpv4();
        }
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            long part = number(parts[i]);
            int bytes = i < parts.length - 1 ? 1 : 4 - i;
            if (part >= 1L << (8 * bytes)) {
                throw notIpv4();
            }
            value = (value << (8 * bytes)) | part;
        }
        byte[] address = {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Four bytes are an address", e);
        }
    }

    private static long number(String part) {
        try {
            if (part.matches("0x[0-9a-f]{1,8}")) {
                return Long.parseLong(part.substring(2), 16);
            }
            if (part.matches("0[0-7]{1,11}")) {
                return Long.parseLong(part, 8);
            }
            if (part.matches("0|[1-9][0-9]{0,9}")) {
                return Long.parseLong(part);
            }
        } catch (NumberFormatException e) {
            throw new IllegalStateException("The patterns admit only numbers", e);
        }
        throw notIpv4();
    }

    private static IllegalArgumentException notIpv4() {
        return new IllegalArgumentException("The host ends in a number but is not a valid IPv4 address");
    }
}
