package dev.plumbline.relay.http;

/**
 * The head of a response, as an origin sent it.
 *
 * <p>Owned by: anyone; immutable.
 * <p>Source: RFC 9112 4.
 */
public final class ResponseHead extends Head {

    private final int status;

    private ResponseHead(Section section, StatusLine line) {
        super(section, line.minorVersion());
        this.status = line.status();
    }

    /** The head of a section whose status line is sound. */
    static ResponseHead of(Section section) {
        StatusLine line = new StatusLine(section.octets(), section.startLineEnd());
        line.judge();
        return new ResponseHead(section, line);
    }

    /** 100 to 999: codes beyond 599 are not defined, but are in use and change no framing. */
    public int status() {
        return status;
    }

    /** A 1xx other than 101: another response to the same request follows (RFC 9110 15.2). */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    /** The reason phrase, often empty. */
    public String reason() {
        int from = Math.min(StatusLine.STATUS_END + 1, startLineEnd());
        return Octets.text(octets(), from, startLineEnd());
    }

    @Override
    Malformed judgeMeaning() {
        if ((status < 200 || status == 204) && (isChunked() || contentLength() > 0)) {
            // RFC 9110 8.6 and RFC 9112 6.1 forbid both; who reads the content after all is out of step for good.
            return new Malformed(0, Fault.CONTENT_FORBIDDEN, "no content with status " + status, "one with content");
        }
        return null;
    }
}
