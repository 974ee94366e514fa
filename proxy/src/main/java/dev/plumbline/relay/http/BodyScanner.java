package dev.plumbline.relay.http;

import static dev.plumbline.relay.http.Octets.CR;
import static dev.plumbline.relay.http.Octets.LF;

import io.netty.buffer.ByteBuf;
import java.util.NoSuchElementException;

/**
 * Finds out how many octets of a stream belong to a body and which of them are content, while the octets pass through
 * untouched. One instance serves the messages of a heading one after the other: {@link #begin}, then {@link #scan} until
 * {@link #isComplete}.
 *
 * <pre>
 *   SIZE ─▶ (EXTENSION) ─CR─▶ SIZE_LF ─▶ DATA ─▶ DATA_CR ─▶ DATA_LF ─▶ SIZE …
 *                                └─ size 0 ─▶ TRAILERS ─▶ COMPLETE
 * </pre>
 *
 * <p>Owned by: the event loop of its connection.
 * <p>Units: octets since the body's first.
 * <p>Limits: chunk sizes of at most 15 hexadecimal digits, extensions and trailers as {@link Limits} says.
 * <p>Source: RFC 9112 6 and 7.
 */
public final class BodyScanner {

    /** What the end of the stream means for the message. */
    public enum End {
        COMPLETE,
        /** Octets are missing: the message must not look whole to anyone. */
        CUT
    }

    private enum State { CONTENT, SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILERS, COMPLETE, FAILED }

    private static final int MOST_SIZE_DIGITS = 15;
    private static final int FORBIDDEN_TRAILERS = KnownField.bits(KnownField.CONTENT_LENGTH, KnownField.TRANSFER_ENCODING,
            KnownField.HOST, KnownField.CONNECTION, KnownField.PROXY_CONNECTION, KnownField.KEEP_ALIVE, KnownField.TE,
            KnownField.TRAILER, KnownField.UPGRADE, KnownField.EXPECT, KnownField.PROXY_AUTHORIZATION,
            KnownField.PROXY_AUTHENTICATE);

    private final Limits limits;
    private final ChunkExtension extension = new ChunkExtension();
    private SectionScanner trailers;
    private Framing framing = Framing.NONE;
    private State state = State.COMPLETE;
    /** Octets of content left in this chunk, or in a body of known length; Long.MAX_VALUE if the end decides. */
    private long remaining;
    private int sizeDigits;
    private boolean sizeIsZero;
    private int extensionOctets;
    private long contentOctets;
    private long bodyOctets;
    private Malformed malformed;

    /** Octets of memory that its trailer section takes while it comes. */
    public int held() {
        return state == State.TRAILERS ? trailers.held() : 0;
    }

    public BodyScanner(Limits limits) {
        this.limits = limits;
    }

    /** Awaits a body of this framing. Bodies without octets are complete at once. */
    public void begin(Framing bodyFraming) {
        framing = bodyFraming;
        contentOctets = 0;
        bodyOctets = 0;
        extensionOctets = 0;
        malformed = null;
        remaining = 0;
        switch (bodyFraming.kind()) {
            case CHUNKED -> startChunk();
            case UNTIL_CLOSE, TUNNEL -> startContent(Long.MAX_VALUE);
            default -> startContent(bodyFraming.length());
        }
    }

    /**
     * Judges the readable octets as far as they belong to this body, and says how many do; moves no index. Fewer than there
     * are means that the body is complete, or {@link #isMalformed}: then the octets before the fault belong.
     */
    public int scan(ByteBuf in, ContentSink sink) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int i = start;
        while (i < end && state.ordinal() < State.COMPLETE.ordinal()) {
            int next = switch (state) {
                case CONTENT, DATA -> content(in, i, end, sink);
                case TRAILERS -> trailers(in, i, end, sink);
                default -> i + framingOctet(in.getByte(i));
            };
            bodyOctets += next - i;
            i = next;
        }
        return i - start;
    }

    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    public boolean isMalformed() {
        return state == State.FAILED;
    }

    public Malformed malformed() {
        if (malformed == null) {
            throw new NoSuchElementException("malformed: none (expected: isMalformed())");
        }
        return malformed;
    }

    /** Octets of content so far: what is left when the chunked coding is taken off. */
    public long contentOctets() {
        return contentOctets;
    }

    /** Octets that belong to the body so far, chunk framing and trailers included. */
    public long bodyOctets() {
        return bodyOctets;
    }

    /**
     * Whether the last chunk has begun, or what may become it: from there on many a client takes the end of the connection for
     * the end of the body.
     */
    public boolean hasBegunLastChunk() {
        return framing.kind() == Framing.Kind.CHUNKED && sizeDigits > 0 && sizeIsZero;
    }

    /** The stream ended: only a body that ends with it, or ended before, is complete. */
    public End onEof() {
        if (state == State.CONTENT && remaining == Long.MAX_VALUE) {
            state = State.COMPLETE;
        }
        return state == State.COMPLETE ? End.COMPLETE : End.CUT;
    }

    private void startContent(long length) {
        remaining = length;
        state = length == 0 ? State.COMPLETE : State.CONTENT;
    }

    private void startChunk() {
        remaining = 0;
        sizeDigits = 0;
        sizeIsZero = true;
        state = State.SIZE;
    }

    private int content(ByteBuf in, int index, int end, ContentSink sink) {
        int length = (int) Math.min(remaining, end - index);
        sink.content(in, index, length);
        contentOctets += length;
        if (remaining != Long.MAX_VALUE) {
            remaining -= length;
        }
        if (remaining == 0) {
            state = state == State.DATA ? State.DATA_CR : State.COMPLETE;
        }
        return index + length;
    }

    private int trailers(ByteBuf in, int index, int end, ContentSink sink) {
        int taken = trailers.scan(in, index, end);
        if (trailers.malformed() != null) {
            Malformed cause = trailers.malformed();
            refuse(new Malformed(trailersStart(taken) + cause.offset(), cause.fault(), cause.expected(), cause.got()));
        } else if (trailers.isDone()) {
            Trailers section = new Trailers(trailers.section());
            trailers.letGo();
            Malformed forbidden = forbidden(section, trailersStart(taken));
            if (forbidden != null) {
                refuse(forbidden);
                return index + taken;
            }
            state = State.COMPLETE;
            if (section.fieldCount() > 0) {
                sink.trailers(section);
            }
        }
        return index + taken;
    }

    /** Offset of the trailer section in the body, when {@code taken} of its octets are not yet counted. */
    private long trailersStart(int taken) {
        return bodyOctets + taken - trailers.length();
    }

    private static Malformed forbidden(Trailers section, long start) {
        if ((section.kinds() & FORBIDDEN_TRAILERS) == 0) {
            return null;
        }
        int i = 0;
        while ((section.kind(i).bit() & FORBIDDEN_TRAILERS) == 0) {
            i++;
        }
        return new Malformed(start + section.nameStart(i), Fault.FORBIDDEN_TRAILER,
                "trailers without fields for framing and routing",
                Escaped.quoted(section.octets(), section.nameStart(i), section.nameEnd(i)));
    }

    /** One octet of chunk framing; returns 1 if it belongs, 0 if it is the fault. */
    private int framingOctet(byte octet) {
        switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LF -> sizeLineFeed(octet);
            case DATA_CR -> expect(octet, CR, State.DATA_LF);
            default -> {
                expect(octet, LF, State.SIZE);
                if (state == State.SIZE) {
                    startChunk();
                }
            }
        }
        return state == State.FAILED ? 0 : 1;
    }

    private void size(byte octet) {
        int digit = Octets.hex(octet);
        if (digit >= 0) {
            if (++sizeDigits > MOST_SIZE_DIGITS) {
                fail(Fault.BAD_CHUNK_SIZE, "a chunk size of at most " + MOST_SIZE_DIGITS + " digits", "more");
            }
            remaining = remaining << 4 | digit;
            sizeIsZero &= digit == 0;
        } else if (sizeDigits == 0) {
            fail(Fault.BAD_CHUNK_SIZE, "a chunk size in hexadecimal", Escaped.octet(octet));
        } else {
            afterSize(octet);
        }
    }

    private void afterSize(byte octet) {
        if (octet == CR) {
            state = State.SIZE_LF;
        } else if (octet == LF) {
            fail(Fault.BARE_LF, "CRLF after the chunk size", "a bare LF");
        } else if (octet == ';' || Octets.isOws(octet)) {
            state = State.EXTENSION;
            extension.start();
            extension(octet);
        } else {
            fail(Fault.BAD_CHUNK_SIZE, "a semicolon or CRLF after the chunk size", Escaped.octet(octet));
        }
    }

    private void extension(byte octet) {
        if (octet == CR && extension.mayEnd()) {
            state = State.SIZE_LF;
        } else if (octet == LF) {
            fail(Fault.BARE_LF, "CRLF after a chunk extension", "a bare LF");
        } else if (extension.accepts(octet)) {
            countExtension();
        } else {
            fail(Fault.BAD_CHUNK_EXTENSION, "a chunk extension like ;name=value", Escaped.octet(octet));
        }
    }

    private void countExtension() {
        if (extensionOctets == limits.chunkExtensionOctets()) {
            fail(Fault.CHUNK_EXTENSIONS_TOO_LARGE,
                    "at most " + limits.chunkExtensionOctets() + " octets of chunk extensions in a message", "more");
        } else {
            extensionOctets++;
        }
    }

    private void sizeLineFeed(byte octet) {
        expect(octet, LF, State.DATA);
        if (state == State.DATA && remaining == 0) {
            if (trailers == null) {
                trailers = new SectionScanner(limits, SectionScanner.Start.NONE);
            }
            trailers.reset();
            state = State.TRAILERS;
        }
    }

    private void expect(byte octet, byte expected, State following) {
        if (octet == expected) {
            state = following;
        } else if (state == State.SIZE_LF) {
            fail(Fault.BARE_CR, "LF after CR", Escaped.octet(octet));
        } else {
            fail(Fault.BAD_CHUNK_END, "CRLF after the chunk's content", Escaped.octet(octet));
        }
    }

    private void fail(Fault fault, String expected, String got) {
        refuse(new Malformed(bodyOctets, fault, expected, got));
    }

    private void refuse(Malformed why) {
        malformed = why;
        state = State.FAILED;
    }
}
