package dev.plumbline.relay.http;

import java.util.Arrays;

/**
 * The fields that change what a relay does, recognised once while the head is read. All others are {@link #OTHER} and only
 * pass through.
 */
enum KnownField {
    OTHER(""),
    TE("te"),
    HOST("host"),
    EXPECT("expect"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    CONTENT_LENGTH("content-length"),
    PROXY_CONNECTION("proxy-connection"),
    TRANSFER_ENCODING("transfer-encoding"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    PROXY_AUTHENTICATION_INFO("proxy-authentication-info");

    private static final KnownField[] ALL = values();
    private static final int LONGEST = 25;
    private static final KnownField[][] BY_LENGTH = byLength();

    final String lowerCaseName;

    KnownField(String lowerCaseName) {
        this.lowerCaseName = lowerCaseName;
    }

    static KnownField at(int ordinal) {
        return ALL[ordinal];
    }

    static KnownField of(byte[] octets, int from, int to) {
        int length = to - from;
        if (length <= LONGEST) {
            for (KnownField field : BY_LENGTH[length]) {
                if (Octets.equalsIgnoreCase(octets, from, to, field.lowerCaseName)) {
                    return field;
                }
            }
        }
        return OTHER;
    }

    int bit() {
        return 1 << ordinal();
    }

    static int bits(KnownField... fields) {
        int bits = 0;
        for (KnownField field : fields) {
            bits |= field.bit();
        }
        return bits;
    }

    private static KnownField[][] byLength() {
        KnownField[][] table = new KnownField[LONGEST + 1][];
        for (int length = 0; length <= LONGEST; length++) {
            int wanted = length;
            table[length] = Arrays.stream(ALL)
                    .filter(field -> field != OTHER && field.lowerCaseName.length() == wanted)
                    .toArray(KnownField[]::new);
        }
        return table;
    }
}
