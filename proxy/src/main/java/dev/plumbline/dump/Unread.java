package dev.plumbline.dump;

/** Why a connection, or the rest of it, was not read into. */
enum Unread {
    BEGAN_BEFORE("began before the dump"),
    NOT_CONNECTED("never connected"),
    NO_PAYLOAD("carried nothing"),
    NOT_HTTP("not HTTP/1"),
    HTTP2("HTTP/2 is not read yet"),
    NO_KEYS("TLS without keys"),
    SUITE("TLS with a cipher suite that is not read"),
    TLS_BROKEN("TLS that could not be followed"),
    CUT("cut short"),
    GAP("octets missing in the dump"),
    MALFORMED("HTTP that cannot be followed"),
    INTERIMS("too many interim responses"),
    CROWDED("no longer followed");

    private final String word;

    Unread(String word) {
        this.word = word;
    }

    /** For counts: {@code 3 connections: TLS without keys}. */
    String word() {
        return word;
    }
}
