package dev.plumbline.relay.http;

/**
 * The trailer section of a chunked message (RFC 9112 7.1.2), its final blank line included.
 *
 * <p>Owned by: anyone; immutable.
 */
public final class Trailers extends FieldSection {

    Trailers(Section section) {
        super(section);
    }
}
