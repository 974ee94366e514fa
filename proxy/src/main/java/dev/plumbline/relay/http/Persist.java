package dev.plumbline.relay.http;

/** What a forwarded head tells its receiver about the connection it travels on (RFC 9112 9.3). */
public enum Persist {
    /** The connection stays open and the versions say so by themselves: no option is needed. */
    KEEP,
    /** It stays open and that has to be said, because HTTP/1.0 is involved: {@code Connection: keep-alive}. */
    KEEP_SAID,
    /** It closes after this exchange: {@code Connection: close}, which HTTP/1.0 need not say. */
    CLOSE
}
