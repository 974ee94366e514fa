package dev.plumbline.relay.http;

/**
 * A start line and its fields: everything of a message before its content.
 *
 * <p>Owned by: anyone; immutable.
 * <p>Limits: a head that {@link HeadParser} hands out passed every check of {@link Fault}; its framing is unambiguous.
 */
public abstract sealed class Head extends FieldSection permits RequestHead, ResponseHead {

    /** What the Connection fields of this head say, as bits of {@link ConnectionOption}. */
    private final int connectionOptions;
    private final int startLineEnd;
    private final HeadFraming framing;
    private final int minorVersion;

    Head(Section section, int minorVersion) {
        super(section);
        this.startLineEnd = section.startLineEnd();
        this.minorVersion = minorVersion;
        this.framing = HeadFraming.of(this, minorVersion);
        this.connectionOptions = ConnectionOption.of(this);
    }

    /** What is wrong with the meaning of this head; null if nothing is. Its form is sound. */
    final Malformed judge() {
        Malformed malformed = framing.malformed() != null ? framing.malformed() : judgeMeaning();
        if (malformed == null && ConnectionOption.count(this) > ConnectionOption.MOST) {
            malformed = new Malformed(nameStart(indexOf(KnownField.CONNECTION, 0)), Fault.TOO_MANY_CONNECTION_OPTIONS,
                    "at most " + ConnectionOption.MOST + " connection options", "more");
        }
        return malformed;
    }

    /** The part of {@link #judge} that differs between requests and responses. */
    abstract Malformed judgeMeaning();

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
