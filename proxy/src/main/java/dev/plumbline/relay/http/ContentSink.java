package dev.plumbline.relay.http;

import io.netty.buffer.ByteBuf;

/**
 * Is told where the content of a message lies in the buffers that carry it.
 *
 * <p>Owned by: the event loop that calls {@link BodyScanner#scan}.
 */
public interface ContentSink {

    /** For relays that only count. */
    ContentSink NONE = (buffer, index, length) -> {
    };

    /** {@code length > 0} octets of content at absolute {@code index}; the buffer is lent for the call, its indexes stay. */
    void content(ByteBuf buffer, int index, int length);

    /** A trailer section that is not empty, once, at the end of a chunked message. */
    default void trailers(Trailers trailers) {
    }
}
