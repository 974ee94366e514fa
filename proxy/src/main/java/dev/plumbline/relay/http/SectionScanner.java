package dev.plumbline.relay.http;

import static dev.plumbline.relay.http.Octets.CR;
import static dev.plumbline.relay.http.Octets.LF;

import dev.plumbline.relay.http.FieldSection.Section;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads lines up to the blank one, octet by octet in meaning and in runs for speed: the start line (if the section has
 * one) as text, then field lines. Faults are found at the first octet that shows them, however the octets were cut.
 *
 * <pre>
 *   LEADING ─▶ START ─CR─▶ START_LF ─▶ LINE ─▶ NAME ─:─▶ VALUE ─CR─▶ LINE_LF ─▶ LINE …
 *                                        └─CR─▶ END_LF ─▶ DONE
 * </pre>
 *
 * <p>Owned by: the event loop of its connection. Invariant: {@code lineStart <= position <= limits.headOctets()}; everything
 * before {@code position} was judged and belongs to the section.
 */
final class SectionScanner {

    enum Start {
        REQUEST_LINE {
            @Override
            Malformed judge(byte[] octets, int end) {
                return new RequestLine(octets, end).judge();
            }
        },
        STATUS_LINE {
            @Override
            Malformed judge(byte[] octets, int end) {
                return new StatusLine(octets, end).judge();
            }
        },
        NONE;

        /** Null if {@code octets[0, end)} is such a line. Asked at its end: after a banner there may never come more. */
        Malformed judge(byte[] octets, int end) {
            return null;
        }
    }

    private enum State { LEADING, LEADING_LF, START, START_LF, LINE, NAME, VALUE, LINE_LF, END_LF, DONE, FAILED }

    /** Octets copied at a time: a head of common size in one step, and little in vain when a body follows it. */
    private static final int BLOCK = 1024;
    /** A buffer grown beyond this is let go after its head; idle connections should not keep it. */
    private static final int KEPT = 2048;
    private static final byte[] NOTHING = {};

    private final Limits limits;
    private final Start start;
    private byte[] octets = NOTHING;
    private int[] marks = new int[FieldSection.STRIDE * 16];
    private State state;
    private int position;
    private int lineStart;
    private int startLineEnd;
    private int colon;
    private int fieldCount;
    private int kinds;
    private int leadingOctets;
    private Malformed malformed;

    SectionScanner(Limits limits, Start start) {
        this.limits = limits;
        this.start = start;
        reset();
    }

    /** Forgets the section and awaits the next. */
    void reset() {
        state = switch (start) {
            case REQUEST_LINE -> State.LEADING;
            case STATUS_LINE -> State.START;
            case NONE -> State.LINE;
        };
        position = 0;
        lineStart = 0;
        startLineEnd = 0;
        fieldCount = 0;
        kinds = 0;
        leadingOctets = 0;
        malformed = null;
        letGo();
    }

    /** Keeps no more memory than an idle connection should. What was found stays, its octets do not. */
    void letGo() {
        if (octets.length > KEPT) {
            octets = NOTHING;
        }
    }

    /** Takes octets from {@code [index, end)}, at most to the section's end or its fault; moves no index. Returns how many. */
    int scan(ByteBuf in, int index, int end) {
        int taken = index;
        while (taken < end && state != State.DONE && state != State.FAILED) {
            int room = Math.min(Math.min(end - taken, BLOCK), limits.headOctets() + 1 - position);
            ensure(position + room);
            in.getBytes(taken, octets, position, room);
            int before = position;
            int skippedBefore = leadingOctets;
            run(position + room);
            taken += position - before + leadingOctets - skippedBefore;
        }
        return taken - index;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    Malformed malformed() {
        return malformed;
    }

    /** Octets of the section so far, without leading blank lines. */
    int length() {
        return position;
    }

    /** Octets of memory that the section takes. */
    int held() {
        return octets.length;
    }

    int leadingOctets() {
        return leadingOctets;
    }

    byte[] received() {
        return Arrays.copyOf(octets, position);
    }

    Section section() {
        return new Section(received(), Arrays.copyOf(marks, fieldCount * FieldSection.STRIDE), fieldCount, kinds,
                startLineEnd);
    }

    private void run(int end) {
        int from = state == State.LEADING || state == State.LEADING_LF ? skipLeading(end) : position;
        if (from > position) {
            // Only before a request line: the message begins behind the blank lines.
            System.arraycopy(octets, from, octets, position, end - from);
            end -= from - position;
        }
        while (position < end && state.ordinal() < State.DONE.ordinal()) {
            if (position >= limits.headOctets()) {
                fail(Fault.HEAD_TOO_LARGE, "a head of at most " + limits.headOctets() + " octets", "more");
                return;
            }
            step(end);
        }
    }

    private void step(int end) {
        switch (state) {
            case START -> startLine(end);
            case LINE -> line();
            case NAME -> name(end);
            case VALUE -> value(end);
            default -> lineFeed();
        }
    }

    /** Counts CRLFs (RFC 9112 2.2) and returns the index of the first octet behind them. */
    private int skipLeading(int end) {
        int i = 0;
        while (i < end) {
            byte octet = octets[i];
            if (state == State.LEADING_LF && octet != LF) {
                fail(Fault.BARE_CR, "LF after CR", Escaped.octet(octet));
                return i;
            }
            if (state == State.LEADING && octet != CR) {
                begin(octet);
                return i;
            }
            if (leadingOctets == limits.leadingOctets()) {
                fail(Fault.LEADING_OCTETS, "a request line", "more than " + leadingOctets + " octets of blank lines");
                return i;
            }
            leadingOctets++;
            i++;
            state = octet == CR ? State.LEADING_LF : State.LEADING;
        }
        return i;
    }

    private void begin(byte octet) {
        if (octet == LF) {
            fail(Fault.BARE_LF, "a request line", "a bare LF");
        } else if (!Octets.isToken(octet)) {
            fail(Fault.NOT_HTTP, "a request line", Escaped.octet(octet));
        } else {
            state = State.START;
        }
    }

    private void startLine(int end) {
        int lineLimit = limits.startLineOctets();
        int i = position;
        int stop = stop(end, lineLimit);
        while (i < stop && Octets.isText(octets[i])) {
            i++;
        }
        position = i;
        if (i == end || i >= limits.headOctets()) {
            return;
        }
        if (octets[i] == CR) {
            next(State.START_LF);
        } else if (i - lineStart >= lineLimit) {
            fail(Fault.START_LINE_TOO_LONG, "a start line of at most " + lineLimit + " octets", "more");
        } else if (octets[i] == LF) {
            fail(Fault.BARE_LF, "CRLF at the end of the start line", "a bare LF");
        } else {
            fail(i == 0 ? Fault.NOT_HTTP : Fault.BAD_OCTET, "a start line of text", Escaped.octet(octets[i]));
        }
    }

    /** At the first octet of a line. */
    private void line() {
        byte octet = octets[position];
        if (octet == CR) {
            next(State.END_LF);
        } else if (octet == LF) {
            fail(Fault.BARE_LF, "CRLF for the blank line", "a bare LF");
        } else if (Octets.isOws(octet)) {
            fail(Fault.OBS_FOLD, "a field name or the blank line", "a line that begins with whitespace");
        } else if (fieldCount == limits.fields()) {
            fail(Fault.TOO_MANY_FIELDS, "at most " + limits.fields() + " fields", "more");
        } else {
            state = State.NAME;
        }
    }

    private void name(int end) {
        int i = position;
        int stop = stop(end, limits.fieldLineOctets());
        while (i < stop && Octets.isToken(octets[i])) {
            i++;
        }
        position = i;
        if (i == end || i >= limits.headOctets()) {
            return;
        }
        byte octet = octets[i];
        if (i - lineStart >= limits.fieldLineOctets() && octet != CR) {
            failTooLong();
        } else if (octet == ':' && i > lineStart) {
            colon = i;
            next(State.VALUE);
        } else {
            failName(octet);
        }
    }

    private void failName(byte octet) {
        if (octet == ':') {
            fail(Fault.EMPTY_NAME, "a field name", "a colon without one");
        } else if (octet == CR || octet == LF) {
            fail(Fault.MISSING_COLON, "a colon after the field name", "the end of the line");
        } else if (Octets.isOws(octet)) {
            fail(Fault.SPACE_BEFORE_COLON, "a colon directly after the field name", "whitespace");
        } else {
            fail(Fault.BAD_NAME, "a field name", Escaped.octet(octet));
        }
    }

    private void value(int end) {
        int i = position;
        int stop = stop(end, limits.fieldLineOctets());
        while (i < stop && Octets.isText(octets[i])) {
            i++;
        }
        position = i;
        if (i == end || i >= limits.headOctets()) {
            return;
        }
        byte octet = octets[i];
        if (octet == CR) {
            next(State.LINE_LF);
        } else if (i - lineStart >= limits.fieldLineOctets()) {
            failTooLong();
        } else if (octet == LF) {
            fail(Fault.BARE_LF, "CRLF at the end of the line", "a bare LF");
        } else {
            fail(Fault.BAD_VALUE, "a field value of text", Escaped.octet(octet));
        }
    }

    private void lineFeed() {
        if (octets[position] != LF) {
            fail(Fault.BARE_CR, "LF after CR", Escaped.octet(octets[position]));
            return;
        }
        switch (state) {
            case START_LF -> keepStartLine(position - 1);
            case LINE_LF -> keepField(position - 1);
            default -> next(State.DONE);
        }
        lineStart = position;
    }

    private void keepStartLine(int end) {
        startLineEnd = end;
        malformed = start.judge(octets, end);
        next(malformed == null ? State.LINE : State.FAILED);
    }

    private void keepField(int end) {
        int from = colon + 1;
        int to = end;
        while (from < to && Octets.isOws(octets[from])) {
            from++;
        }
        while (to > from && Octets.isOws(octets[to - 1])) {
            to--;
        }
        KnownField kind = KnownField.of(octets, lineStart, colon);
        int mark = fieldCount++ * FieldSection.STRIDE;
        if (mark == marks.length) {
            marks = Arrays.copyOf(marks, mark * 2);
        }
        marks[mark] = lineStart;
        marks[mark + 1] = colon;
        marks[mark + 2] = from;
        marks[mark + 3] = to;
        marks[mark + 4] = kind.ordinal();
        kinds |= kind.bit();
        next(State.LINE);
    }

    private int stop(int end, int lineLimit) {
        return Math.min(end, Math.min(lineStart + lineLimit, limits.headOctets()));
    }

    private void next(State following) {
        position++;
        state = following;
    }

    private void failTooLong() {
        fail(Fault.FIELD_LINE_TOO_LONG, "a field line of at most " + limits.fieldLineOctets() + " octets", "more");
    }

    private void fail(Fault fault, String expected, String got) {
        malformed = new Malformed(position, fault, expected, got);
        state = State.FAILED;
    }

    private void ensure(int length) {
        if (octets.length < length) {
            octets = Arrays.copyOf(octets, Math.max(length, Math.min(Math.max(BLOCK, octets.length * 2), limits.headOctets() + 1)));
        }
    }
}
