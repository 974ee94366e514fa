package dev.plumbline.relay.http;

/**
 * A start line and its fields: everything of a message before its content.
 *
 * <p>Owned by: anyone; immutable.
 * <p>Limits: a head that exists passed every check of {@link Fault}; its framing is unambiguous.
 */
public abstract sealed class Head extends FieldSection permits RequestHead, ResponseHead {

    /** What the Connection fields of this head say, as bits of {@link ConnectionOption}. */
    private final int connectionOptions;
    private final int startLineEnd;
    private final HeadFraming framing;
    private final int minorVersion;

    Head(Section section, HeadFraming framing, int minorVersion) {
        super(section);
        this.startLineEnd = section.startLineEnd();
        this.framing = framing;
        this.minorVersion = minorVersion;
        this.connectionOptions = ConnectionOption.of(this);
    }

    /** The start line without its CRLF. */
    public String startLine() {
        return Octets.text(octets(), 0, startLineEnd);
    }

    /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
    public int minorVersion() {
        return minorVersion;
    }

    public String version() {
        return minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    /** The value of Content-Length, or −1 where there is none. What it means is for {@link Framing} to say. */
    public long contentLength() {
        return framing.contentLength();
    }

    /** Whether Transfer-Encoding is there; it can only be {@code chunked}. */
    public boolean isChunked() {
        return framing.isChunked();
    }

    /** Whether the sender of this head wants its connection to stay open after the exchange (RFC 9112 9.3). */
    public boolean keepsConnection() {
        if (ConnectionOption.CLOSE.isIn(connectionOptions)) {
            return false;
        }
        return minorVersion > 0 || ConnectionOption.KEEP_ALIVE.isIn(connectionOptions);
    }

    int connectionOptions() {
        return connectionOptions;
    }

    /** Index of the start line's CR. */
    int startLineEnd() {
        return startLineEnd;
    }
}
