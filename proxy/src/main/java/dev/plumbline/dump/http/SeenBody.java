package dev.plumbline.dump.http;

import dev.plumbline.relay.http.Framing;
import java.nio.ByteBuffer;

/**
 * Finds the end of a body, and its content.
 *
 * <pre>
 *   SIZE ─▶ (EXTENSION) ─LF─▶ DATA ─▶ DATA_END ─LF─▶ SIZE …
 *                         └─ size 0 ─▶ TRAILERS ─blank line─▶ COMPLETE
 * </pre>
 *
 * <p>Owned by: the importing thread. Limits: trailers as {@link HeadOctets}. Source: RFC 9112 6 and 7.
 */
public final class SeenBody {
    private enum State { CONTENT, SIZE, EXTENSION, DATA, DATA_END, TRAILERS, COMPLETE, BROKEN }

    private static final int MOST_SIZE_DIGITS = 15;
    private static final byte[] NONE = {};

    private final HeadOctets trailers = new HeadOctets();
    private State state = State.COMPLETE;
    /** Of this chunk, or of a body of known length; Long.MAX_VALUE where the stream's end decides. */
    private long remaining;
    private int sizeDigits;
    private long contentOctets;
    private String fault = "";

    /** Awaits a body of this framing. Those without octets are complete at once. */
    public void begin(Framing framing) {
        contentOctets = 0;
        fault = "";
        trailers.clear();
        switch (framing.kind()) {
            case CHUNKED -> chunk();
            case UNTIL_CLOSE, TUNNEL -> content(Long.MAX_VALUE);
            default -> content(framing.length());
        }
    }

    /** @return how many octets belong to the body */
    public int take(ByteBuffer from, int index, int length, ContentTaker content) {
        int at = 0;
        while (at < length && state != State.COMPLETE && state != State.BROKEN) {
            switch (state) {
                case CONTENT, DATA -> at += data(from, index + at, length - at, content);
                case TRAILERS -> at += trailers(from, index + at, length - at);
                default -> framing(from.get(index + at++));
            }
        }
        return at;
    }

    /** Octets that are missing; false when it cannot be told what they were. */
    public boolean skip(long octets) {
        boolean isContent = state == State.CONTENT || state == State.DATA;
        if (!isContent || octets > remaining) {
            return false;
        }
        contentOctets += octets;
        spend(octets);
        return true;
    }

    /** The stream ended; whether the body is whole. */
    public boolean end() {
        if (state == State.CONTENT && remaining == Long.MAX_VALUE) {
            state = State.COMPLETE;
        }
        return state == State.COMPLETE;
    }

    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    public boolean isBroken() {
        return state == State.BROKEN;
    }

    /** What is wrong with the framing; empty unless it {@link #isBroken}. */
    public String fault() {
        return fault;
    }

    /** Octets of content so far, transfer coding removed, missing ones included. */
    public long contentOctets() {
        return contentOctets;
    }

    /** The trailer section through its blank line; empty when it has no field. */
    public byte[] trailers() {
        if (!trailers.isDone()) {
            return NONE;
        }
        byte[] section = trailers.octets();
        return section.length <= 2 ? NONE : section;
    }

    /** Octets of memory. */
    public long memory() {
        return trailers.memory();
    }

    private void content(long length) {
        remaining = length;
        state = length == 0 ? State.COMPLETE : State.CONTENT;
    }

    private void chunk() {
        remaining = 0;
        sizeDigits = 0;
        state = State.SIZE;
    }

    private int data(ByteBuffer from, int index, int length, ContentTaker content) {
        int part = (int) Math.min(remaining, length);
        content.content(from, index, part);
        contentOctets += part;
        spend(part);
        return part;
    }

    private void spend(long octets) {
        if (remaining != Long.MAX_VALUE) {
            remaining -= octets;
        }
        if (remaining == 0) {
            state = state == State.DATA ? State.DATA_END : State.COMPLETE;
        }
    }

    private int trailers(ByteBuffer from, int index, int length) {
        int taken = trailers.take(from, index, length);
        if (trailers.isDone()) {
            state = State.COMPLETE;
        } else if (trailers.isTooLong()) {
            broken("a trailer section of more than " + HeadOctets.MOST + " octets");
        }
        return taken;
    }

    private void framing(byte octet) {
        switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> {
                if (octet == '\n') {
                    sized();
                }
            }
            default -> {
                if (octet == '\n') {
                    chunk();
                } else if (octet != '\r') {
                    broken("a chunk that goes on beyond its size");
                }
            }
        }
    }

    private void size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0 && sizeDigits < MOST_SIZE_DIGITS) {
            sizeDigits++;
            remaining = remaining << 4 | digit;
        } else if (digit >= 0 || sizeDigits == 0) {
            broken(digit >= 0 ? "a chunk size of more than " + MOST_SIZE_DIGITS + " digits" : "a chunk without a size");
        } else if (octet == '\n') {
            sized();
        } else {
            state = State.EXTENSION;
        }
    }

    private void sized() {
        state = remaining == 0 ? State.TRAILERS : State.DATA;
        trailers.clear();
    }

    private void broken(String why) {
        fault = why;
        state = State.BROKEN;
    }
}
