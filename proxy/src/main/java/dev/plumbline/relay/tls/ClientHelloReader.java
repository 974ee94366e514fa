package dev.plumbline.relay.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads the fields of a whole ClientHello.
 *
 * <pre>
 *   version 2 | random 32 | session id 1+n | cipher suites 2+n | compression 1+n | extensions 2+n
 * </pre>
 *
 * <p>Source: RFC 8446 section 4.1.2. Extensions may be absent altogether (RFC 5246 section 7.4.1.2).
 */
final class ClientHelloReader {
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int HOST_NAME = 0;
    private static final int RANDOM = 32;

    private final byte[] octets;
    private int at;
    private Optional<String> serverName = Optional.empty();
    private final List<String> alpn = new ArrayList<>();
    private final List<Integer> versions = new ArrayList<>();

    private ClientHelloReader(byte[] octets, int at) {
        this.octets = octets;
        this.at = at;
    }

    static ClientHelloPeek.Result read(byte[] octets, int start, int end) {
        try {
            return new ClientHelloPeek.Found(new ClientHelloReader(octets, start).hello(end));
        } catch (Broken e) {
            return new ClientHelloPeek.Invalid(e.getMessage());
        }
    }

    private ClientHello hello(int end) throws Broken {
        int version = number(2, end, "version");
        int random = skip(RANDOM, end, "random");
        vector(1, end, "session id");
        List<Integer> suites = new ArrayList<>();
        int suitesEnd = vectorEnd(2, end, "cipher suites");
        while (at < suitesEnd) {
            suites.add(number(2, suitesEnd, "cipher suite"));
        }
        vector(1, end, "compression methods");
        if (at < end) {
            extensions(vectorEnd(2, end, "extensions"));
        }
        return new ClientHello(version, HexFormat.of().formatHex(octets, random, random + RANDOM), suites,
                serverName, alpn, versions);
    }

    private void extensions(int end) throws Broken {
        while (at < end) {
            int type = number(2, end, "extension type");
            int extensionEnd = vectorEnd(2, end, "extension");
            switch (type) {
                case SERVER_NAME -> serverNames(vectorEnd(2, extensionEnd, "server name list"));
                case ALPN -> protocols(vectorEnd(2, extensionEnd, "ALPN list"));
                case SUPPORTED_VERSIONS -> versions(vectorEnd(1, extensionEnd, "version list"));
                default -> { /* of no use to us */ }
            }
            at = extensionEnd;
        }
    }

    private void serverNames(int end) throws Broken {
        while (at < end) {
            int type = number(1, end, "name type");
            int nameEnd = vectorEnd(2, end, "server name");
            if (type == HOST_NAME && serverName.isEmpty() && nameEnd > at) {
                serverName = Optional.of(text(nameEnd));
            }
            at = nameEnd;
        }
    }

    private void protocols(int end) throws Broken {
        while (at < end) {
            int nameEnd = vectorEnd(1, end, "protocol name");
            alpn.add(text(nameEnd));
            at = nameEnd;
        }
    }

    private void versions(int end) throws Broken {
        while (at < end) {
            versions.add(number(2, end, "supported version"));
        }
    }

    private String text(int end) {
        return new String(octets, at, end - at, ISO_8859_1);
    }

    private void vector(int lengthOctets, int end, String what) throws Broken {
        at = vectorEnd(lengthOctets, end, what);
    }

    private int vectorEnd(int lengthOctets, int end, String what) throws Broken {
        int length = number(lengthOctets, end, what + " length");
        if (length > end - at) {
            throw new Broken(what + " of " + length + " octets (expected: at most " + (end - at) + ')');
        }
        return at + length;
    }

    private int number(int count, int end, String what) throws Broken {
        int number = 0;
        for (int i = skip(count, end, what); i < at; i++) {
            number = number << 8 | octets[i] & 0xff;
        }
        return number;
    }

    /** Moves past a field and returns where it began. */
    private int skip(int count, int end, String what) throws Broken {
        if (count > end - at) {
            throw new Broken("ClientHello ends within its " + what);
        }
        int start = at;
        at += count;
        return start;
    }

    /** Never leaves this class. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message, null, false, false);
        }
    }
}
