package dev.dbsync.engine.target;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * What kind of address an IP address is, by the IANA special-purpose registries. IPv6 is read the other way round: only what is
 * known to be ordinary global unicast (2000::/3, less the blocks below) is {@link #GLOBAL}. Addresses that carry an IPv4 address
 * inside (NAT64, 6to4, Teredo, IPv4-compatible) are not global whatever they carry; IPv4-mapped ones are read as the IPv4
 * address they mean.
 */
enum AddressKind {
    GLOBAL("a public address"),
    LOOPBACK("a loopback address"),
    PRIVATE("a private network"),
    LINK_LOCAL("a link-local address"),
    SHARED("a carrier-grade NAT network"),
    UNSPECIFIED("an unspecified address"),
    MULTICAST("a multicast address"),
    BROADCAST("the broadcast address"),
    EMBEDDED_IPV4("an IPv6 address that embeds an IPv4 one"),
    RESERVED("a reserved address");

    private record Block(byte[] network, int prefixLength, AddressKind kind) {

        static Block of(String cidr, AddressKind kind) {
            String[] parts = cidr.split("/");
            return new Block(bytes(parts[0]), Integer.parseInt(parts[1]), kind);
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < prefixLength; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((address[bit / 8] ^ network[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The first block that contains an address decides. */
    private static final List<Block> BLOCKS = List.of(
            Block.of("0.0.0.0/8", UNSPECIFIED),
            Block.of("10.0.0.0/8", PRIVATE),
            Block.of("100.64.0.0/10", SHARED),
            Block.of("127.0.0.0/8", LOOPBACK),
            Block.of("169.254.0.0/16", LINK_LOCAL),
            Block.of("172.16.0.0/12", PRIVATE),
            Block.of("192.0.0.0/24", RESERVED), // IETF protocol assignments
            Block.of("192.0.2.0/24", RESERVED), // documentation
            Block.of("192.31.196.0/24", RESERVED), // AS112
            Block.of("192.52.193.0/24", RESERVED), // AMT
            Block.of("192.88.99.0/24", RESERVED), // 6to4 relays, withdrawn
            Block.of("192.168.0.0/16", PRIVATE),
            Block.of("192.175.48.0/24", RESERVED), // AS112
            Block.of("198.18.0.0/15", RESERVED), // benchmarking
            Block.of("198.51.100.0/24", RESERVED), // documentation
            Block.of("203.0.113.0/24", RESERVED), // documentation
            Block.of("224.0.0.0/4", MULTICAST),
            Block.of("255.255.255.255/32", BROADCAST),
            Block.of("240.0.0.0/4", RESERVED),
            Block.of("0.0.0.0/0", GLOBAL),
            Block.of("::/128", UNSPECIFIED),
            Block.of("::1/128", LOOPBACK),
            Block.of("::/96", EMBEDDED_IPV4), // IPv4-compatible
            Block.of("64:ff9b::/96", EMBEDDED_IPV4), // NAT64
            Block.of("64:ff9b:1::/48", EMBEDDED_IPV4), // NAT64, local use
            Block.of("2001::/32", EMBEDDED_IPV4), // Teredo
            Block.of("2001::/23", RESERVED), // IETF protocol assignments, ORCHID
            Block.of("2001:db8::/32", RESERVED), // documentation
            Block.of("2002::/16", EMBEDDED_IPV4), // 6to4
            Block.of("3fff::/20", RESERVED), // documentation
            Block.of("2000::/3", GLOBAL),
            Block.of("fc00::/7", PRIVATE),
            Block.of("fe80::/10", LINK_LOCAL),
            Block.of("fec0::/10", PRIVATE), // site-local, withdrawn
            Block.of("ff00::/8", MULTICAST),
            Block.of("::/0", RESERVED));

    private final String words;

    AddressKind(String words) {
        this.words = words;
    }

    static AddressKind of(InetAddress address) {
        byte[] bytes = unmapped(address.getAddress());
        return BLOCKS.stream()
                .filter(block -> block.contains(bytes))
                .findFirst()
                .orElseThrow()
                .kind();
    }

    /** For a sentence: "is on …". */
    String words() {
        return words;
    }

    /** Whether no connection makes sense there, however permissive the configuration. */
    boolean isNeverAHost() {
        return this == MULTICAST || this == BROADCAST;
    }

    /** The JDK unmaps what it parses and resolves; this holds for whoever made the address. */
    private static byte[] unmapped(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has four or sixteen bytes", e);
        }
    }

    private static byte[] bytes(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Not an address in the table: " + literal, e);
        }
    }
}
