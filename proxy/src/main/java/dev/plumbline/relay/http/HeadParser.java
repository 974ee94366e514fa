package dev.plumbline.relay.http;

import dev.plumbline.relay.http.FieldSection.Section;
import io.netty.buffer.ByteBuf;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * Reads the heads of one heading of a connection, one after the other.
 *
 * <p>It consumes octets of heads (and blank lines before requests) only: what stands behind a head, or behind a fault, stays in
 * the buffer. Where the octets were cut makes no difference to what is found. Position of a head: octets consumed from the
 * stream so far, minus {@link Head#length()} (after {@link Progress#HEAD}) or minus {@link #received()}'s length.
 *
 * <p>Owned by: the event loop of its connection.
 * <p>Limits: {@link Limits}; holds at most one partial head.
 * <p>Source: RFC 9112 2 to 5.
 *
 * @param <H> the kind of head
 */
public final class HeadParser<H extends Head> {

    /** What {@link #feed} came to. */
    public enum Progress {
        /** Everything was consumed and the head goes on. */
        NEED_MORE,
        /** {@link HeadParser#head()} is there; the next {@code feed} begins another. */
        HEAD,
        /** {@link HeadParser#malformed()} says why; nothing can be read from this stream any more. */
        MALFORMED
    }

    private final SectionScanner scanner;
    private final Function<Section, H> reader;
    private H head;
    private boolean isComplete;
    private Malformed malformed;

    private HeadParser(SectionScanner scanner, Function<Section, H> reader) {
        this.scanner = scanner;
        this.reader = reader;
    }

    public static HeadParser<RequestHead> ofRequests(Limits limits) {
        return new HeadParser<>(new SectionScanner(limits, SectionScanner.Start.REQUEST_LINE), RequestHead::of);
    }

    public static HeadParser<ResponseHead> ofResponses(Limits limits) {
        return new HeadParser<>(new SectionScanner(limits, SectionScanner.Start.STATUS_LINE), ResponseHead::of);
    }

    /** Consumes readable octets up to the end of a head or to a fault, whichever comes first. */
    public Progress feed(ByteBuf in) {
        if (malformed != null) {
            return Progress.MALFORMED;
        }
        if (isComplete) {
            isComplete = false;
            head = null;
            scanner.reset();
        }
        in.skipBytes(scanner.scan(in, in.readerIndex(), in.writerIndex()));
        malformed = scanner.malformed();
        if (scanner.isDone()) {
            H read = reader.apply(scanner.section());
            malformed = read.judge();
            head = malformed == null ? read : null;
            isComplete = head != null;
            if (isComplete) {
                scanner.letGo();
            }
        }
        if (malformed != null) {
            return Progress.MALFORMED;
        }
        return isComplete ? Progress.HEAD : Progress.NEED_MORE;
    }

    /** The head that the last {@link #feed} completed. */
    public H head() {
        if (head == null) {
            throw new NoSuchElementException("head: none (expected: Progress.HEAD, and not taken yet)");
        }
        return head;
    }

    /** The same, and forgets it: the connection may be idle for long when nobody has use for that head any more. */
    public H takeHead() {
        H taken = head();
        head = null;
        return taken;
    }

    public Malformed malformed() {
        if (malformed == null) {
            throw new NoSuchElementException("malformed: none (expected: Progress.MALFORMED)");
        }
        return malformed;
    }

    /** Octets of blank lines skipped before the message under way (RFC 9112 2.2); they belong to no message. */
    public int leadingOctets() {
        return scanner.leadingOctets();
    }

    /** Octets of memory that the head under way takes; none once it is handed out. */
    public int held() {
        return isComplete ? 0 : scanner.held();
    }

    /** Whether the stream may end here without cutting a message. */
    public boolean isBetweenMessages() {
        return malformed == null && (isComplete || scanner.length() == 0);
    }

    /** Forgets what came: nothing more will be read. */
    public void stop() {
        scanner.letGo();
    }

    /** A copy of what came of the head under way, up to the fault if there was one: what the record keeps of it. */
    public byte[] received() {
        return scanner.received();
    }
}
