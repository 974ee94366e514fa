package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.relay.http.HeadParser.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadLimitsTest {

    private static final Limits SMALL = new Limits(40, 50, 200, 5, 4, 8);

    /** A stream that is fine, or refused at a limit, whatever its cuts. */
    private static void assertFault(Limits limits, String stream, Fault fault, int offset) {
        int step = Math.max(1, stream.length() / 300);
        Heads.Outcome whole = Heads.outcome(HeadParser.ofRequests(limits), stream);
        if (fault == null) {
            assertThat(whole.progress()).isEqualTo(Progress.HEAD);
        } else {
            assertThat(whole.malformed()).isNotNull();
            assertThat(whole.malformed().fault()).isEqualTo(fault);
            assertThat(whole.malformed().offset()).isEqualTo(offset);
            assertThat(whole.received()).hasSize(offset);
        }
        for (int cut = 0; cut <= stream.length(); cut += step) {
            assertThat(Heads.outcome(HeadParser.ofRequests(limits), stream, cut)).as("cut at " + cut).isEqualTo(whole);
        }
    }

    private static String startLine(int length) {
        return "GET /" + "a".repeat(length - "GET / HTTP/1.1".length()) + " HTTP/1.1\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 16 << 10})
    void theStartLineMayBeAsLongAsItsLimit(int limit) {
        Limits limits = limit == 40 ? SMALL : Limits.DEFAULTS;
        String rest = "Host: a\r\n\r\n";

        assertFault(limits, startLine(limit - 1) + rest, null, 0);
        assertFault(limits, startLine(limit) + rest, null, 0);
        assertFault(limits, startLine(limit + 1) + rest, Fault.START_LINE_TOO_LONG, limit);
        assertThat(Fault.START_LINE_TOO_LONG.requestStatus()).isEqualTo(414);
    }

    @Test
    void anEndlessStartLineIsRefusedAtTheLimit() {
        assertFault(SMALL, "A".repeat(41), Fault.START_LINE_TOO_LONG, 40);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 16 << 10})
    void aFieldLineMayBeAsLongAsItsLimit(int limit) {
        Limits limits = limit == 50 ? SMALL : Limits.DEFAULTS;
        String before = "GET / HTTP/1.1\r\nHost: a\r\n";

        for (int length : new int[] {limit - 1, limit, limit + 1}) {
            String inValue = before + "X: " + "v".repeat(length - 3) + "\r\n\r\n";
            String inName = before + "n".repeat(length - 1) + ":\r\n\r\n";
            Fault fault = length > limit ? Fault.FIELD_LINE_TOO_LONG : null;
            assertFault(limits, inValue, fault, before.length() + limit);
            assertFault(limits, inName, fault, before.length() + limit);
        }
        assertThat(Fault.FIELD_LINE_TOO_LONG.requestStatus()).isEqualTo(431);
    }

    @Test
    void aHeadMayBeAsLongAsItsLimit() {
        String before = "GET / HTTP/1.1\r\nHost: a\r\nA: " + "a".repeat(40) + "\r\nB: " + "b".repeat(40) + "\r\nC: " + "c".repeat(40) + "\r\n";

        for (int length = 190; length <= 210; length++) {
            String head = before + "D: " + "d".repeat(length - before.length() - 7) + "\r\n\r\n";
            assertThat(head).hasSize(length);
            assertFault(SMALL, head, length > 200 ? Fault.HEAD_TOO_LARGE : null, 200);
        }
        assertThat(Fault.HEAD_TOO_LARGE.requestStatus()).isEqualTo(431);
    }

    @Test
    void theDefaultLimitOfAHeadIs64Kibioctets() {
        String before = "GET / HTTP/1.1\r\nHost: a\r\n" + ("F: " + "f".repeat(15 * 1024) + "\r\n").repeat(4);
        for (int length : new int[] {65535, 65536, 65537}) {
            String head = before + "D: " + "d".repeat(length - before.length() - 7) + "\r\n\r\n";
            assertFault(Limits.DEFAULTS, head, length > 65536 ? Fault.HEAD_TOO_LARGE : null, 65536);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 256})
    void thereMayBeAsManyFieldsAsTheirLimit(int limit) {
        Limits limits = limit == 5 ? SMALL : Limits.DEFAULTS;
        String before = "GET / HTTP/1.1\r\nHost: a\r\n";

        assertFault(limits, before + "a:b\r\n".repeat(limit - 2) + "\r\n", null, 0);
        assertFault(limits, before + "a:b\r\n".repeat(limit - 1) + "\r\n", null, 0);
        assertFault(limits, before + "a:b\r\n".repeat(limit) + "\r\n", Fault.TOO_MANY_FIELDS, before.length() + 5 * (limit - 1));
    }

    @Test
    void blankLinesBeforeARequestAreSkippedUpToTheirLimit() {
        String request = "GET / HTTP/1.0\r\n\r\n";

        assertThat(Heads.outcome(HeadParser.ofRequests(SMALL), "\r\n\r\n" + request))
                .isEqualTo(new Heads.Outcome(Progress.HEAD, 4 + request.length(), 4, request, null, request));
        assertFault(SMALL, "\r\n\r\n\r\n" + request, Fault.LEADING_OCTETS, 0);
        assertThat(Heads.outcome(HeadParser.ofRequests(SMALL), "\r\n\r\n\r\n" + request).consumed()).isEqualTo(4);
    }

    @Test
    void thereMayBe64ConnectionOptions() {
        String before = "GET / HTTP/1.1\r\nHost: a\r\nConnection: a";

        assertFault(Limits.DEFAULTS, before + ",a".repeat(62) + "\r\n\r\n", null, 0);
        assertFault(Limits.DEFAULTS, before + ",a".repeat(63) + "\r\n\r\n", null, 0);
        assertThat(Heads.outcome(HeadParser.ofRequests(Limits.DEFAULTS), before + ",a".repeat(64) + "\r\n\r\n").malformed().fault())
                .isEqualTo(Fault.TOO_MANY_CONNECTION_OPTIONS);
    }

    @Test
    void limitsThatCannotHoldAHeadAreABug() {
        assertThatThrownBy(() -> new Limits(40, 50, 31, 5, 4, 8)).hasMessage("headOctets: 31 (expected: >= 32)");
    }
}
