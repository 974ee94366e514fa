package dev.plumbline.relay.http;

/** The options of a Connection field that mean something to a relay (RFC 9110 7.6.1), as a set of bits. */
enum ConnectionOption {
    CLOSE("close"),
    KEEP_ALIVE("keep-alive"),
    UPGRADE("upgrade"),
    TE("TE"),
    /** Any other: the name of a field that is not to be forwarded. */
    OTHER("");

    /** Each option costs a pass over the fields; nobody needs more than a few. */
    static final int MOST = 64;
    private static final ConnectionOption[] NAMED = {CLOSE, KEEP_ALIVE, UPGRADE, TE};

    final String token;

    ConnectionOption(String token) {
        this.token = token;
    }

    int bit() {
        return 1 << ordinal();
    }

    boolean isIn(int options) {
        return (options & bit()) != 0;
    }

    static int of(Head head) {
        int options = 0;
        int i = head.indexOf(KnownField.CONNECTION, 0);
        for (; i >= 0; i = head.indexOf(KnownField.CONNECTION, i + 1)) {
            Members members = head.members(i);
            while (members.advance()) {
                options |= members.isEmpty() ? 0 : of(members).bit();
            }
        }
        return options;
    }

    /** How many options the head lists, empty members included. */
    static int count(FieldSection head) {
        int count = 0;
        int i = head.indexOf(KnownField.CONNECTION, 0);
        for (; i >= 0; i = head.indexOf(KnownField.CONNECTION, i + 1)) {
            Members members = head.members(i);
            while (members.advance()) {
                count++;
            }
        }
        return count;
    }

    private static ConnectionOption of(Members members) {
        for (ConnectionOption option : NAMED) {
            if (members.is(option.token)) {
                return option;
            }
        }
        return OTHER;
    }
}
