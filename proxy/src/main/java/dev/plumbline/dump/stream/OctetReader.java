package dev.plumbline.dump.stream;

import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;

/**
 * Reads both headings of a connection, or of a phase of one, each in order.
 *
 * <p>Owned by: the importing thread. Offsets are those of the byte space the octets lie in: TCP payload, or plaintext of a phase.
 */
public interface OctetReader {
    /**
     * Takes octets that follow those taken before.
     *
     * @param offset of the first one
     * @param from holds them from {@code index} on; only until this returns
     * @param at when they were captured; never goes back within a heading
     * @return how many were taken. The rest is offered again when more has come in either heading
     */
    int octets(Heading heading, long offset, ByteBuffer from, int index, int length, long at);

    /** The next {@code length} octets are not in the dump. What follows them comes next. */
    void gap(Heading heading, long offset, long length, long at);

    /** So many octets wait for this reader that no more can be kept: from here on it must take what it is given. */
    void full(Heading heading);

    /** Nothing more comes in this heading: what waits is offered once more, and then forgotten. To most it is as good as {@link #full}. */
    default void last(Heading heading) {
        full(heading);
    }

    /** The heading ended in good order. */
    void end(Heading heading, long at);
}
