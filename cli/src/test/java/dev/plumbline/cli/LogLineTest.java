package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Severity;
import dev.plumbline.analyze.Source;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private static final Look PLAIN = Look.plain(ZoneOffset.UTC);

    private static String line(Rows.Exchange exchange) {
        return new LogLine(PLAIN).of(exchange.row());
    }

    @Test
    void anExchangeIsOneLineInColumns() {
        assertThat(line(Rows.get("c1.2")))
                .isEqualTo("12:00:01.123 c1.2    200 GET       1.3 kB  34.1 ms  client 1+2       server 1+3 ↻1    https://example.com/path");
    }

    @Test
    void withoutUnicodeWhatIsSaidUnderItIsAsciiToo() {
        Diagnosis slow = new Diagnosis(Severity.WARN, Diagnosis.Code.SLOW_ORIGIN, Optional.of(Leg.SERVER), "the network was fine, RTT 21 µs", List.of(), Source.PACKETS);
        assertThat(new LogLine(new Look(false, false, 0, ZoneOffset.UTC)).under(Rows.get("c1.2").row(), slow)).endsWith("RTT 21 us");
        assertThat(new LogLine(PLAIN).under(Rows.get("c1.2").row(), slow)).endsWith("RTT 21 µs");
    }

    @Test
    void columnsStandStillWhateverIsInThem() {
        String one = line(Rows.get("c1.2"));
        String other = line(Rows.get("c1234.5").method("OPTIONS").status(404).goingOn());
        assertThat(other.indexOf("https://")).isEqualTo(one.indexOf("https://"));
        assertThat(other.indexOf("server ")).isEqualTo(one.indexOf("server "));
    }

    @Test
    void aGapIsMarkedAndACountNobodyKnowsIsNoZero() {
        assertThat(line(Rows.get("c1.2").messages(
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.REQUEST).coverage(Coverage.NONE, Reason.NO_SYN),
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.RESPONSE).coverage(Coverage.PARTIAL, Reason.DROPPED, new WireRange(10, 20)),
                new Rows.Message("c1.2", Leg.SERVER, MessageKind.REQUEST))))
                .contains("  client ?+1 gap   server 1+-       https://");
    }

    /** The socket took it, the connection ended: that nothing left is known. */
    @Test
    void whatNeverLeftWasCarriedByNoSegment() {
        assertThat(line(Rows.get("c1.2").messages(
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.REQUEST),
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.RESPONSE).coverage(Coverage.NONE, Reason.UNSENT).segments(0, 0))))
                .contains("  client 1+0 gap ");
    }

    @Test
    void aLegThatWasNotThereIsADash() {
        assertThat(line(Rows.get("c1.2").byProxy().status(502).failure("origin refused the connection").messages(
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.REQUEST),
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.RESPONSE).content(80, -1))))
                .isEqualTo("12:00:01.123 c1.2    502 GET         80 B  34.1 ms  client 1+1       server -         https://example.com/path  ! origin refused the connection");
    }

    @Test
    void aTunnelSaysWhomItWentToAndHowMuchWentThrough() {
        assertThat(line(Rows.get("c3.1").role(Role.TUNNEL).method("CONNECT").authority("example.com:443").sni("example.com").messages(
                new Rows.Message("c3.1", Leg.CLIENT, MessageKind.TUNNEL_TO_SERVER).octets(1700).segments(4, 0),
                new Rows.Message("c3.1", Leg.CLIENT, MessageKind.TUNNEL_TO_CLIENT).octets(5600).segments(5, 0),
                new Rows.Message("c3.1", Leg.SERVER, MessageKind.TUNNEL_TO_SERVER).segments(4, 0),
                new Rows.Message("c3.1", Leg.SERVER, MessageKind.TUNNEL_TO_CLIENT).segments(5, 0))))
                .isEqualTo("12:00:01.123 c3.1    200 CONNECT   5.6 kB  34.1 ms  client 4+5       server 4+5       "
                        + "example.com:443  tunnel, SNI example.com, 1.7 kB up, 5.6 kB down");
    }

    @Test
    void aConnectThatFailedIsNoTunnelAndHasAnAnswer() {
        assertThat(line(Rows.get("c3.1").role(Role.TUNNEL).method("CONNECT").authority("example.com:443").status(502).byProxy().failure("No route.").messages(
                new Rows.Message("c3.1", Leg.CLIENT, MessageKind.REQUEST),
                new Rows.Message("c3.1", Leg.CLIENT, MessageKind.RESPONSE).content(72, -1))))
                .isEqualTo("12:00:01.123 c3.1    502 CONNECT     72 B  34.1 ms  client 1+1       server -         example.com:443  ! No route.");
    }

    @Test
    void aRequestThatCouldNotBeReadHasNoAddress() {
        assertThat(line(Rows.get("c1.2").method("").authority("").target("").status(400).failure("Not HTTP.")))
                .contains(" 400 ? ").endsWith("?  ! Not HTTP.");
    }

    @Test
    void trafficCannotMakeASecondLineOrMoveTheCursor() {
        String line = line(Rows.get("c1.2").method("G\nET").authority("evil\033[2J").target("/\u202e\r\nready").failure("x\u009b1A").status(0).sni("a\tb").role(Role.TUNNEL));
        assertThat(line).contains("G\\x0aET", "evil\\x1b[2J/\\xe2\\x80\\xae\\x0d\\x0aready", "x\\x9b1A", "a\\x09b", " --- ");
        assertThat(line.chars()).allMatch(c -> c >= 0x20 && c != 0x7f && (c < 0x80 || c >= 0xa0));
    }

    @Test
    void aClockThatWasSetBackMakesNothingTakeLessThanNoTime() {
        assertThat(line(Rows.get("c1.2").took(-3_600_000_000L))).contains(" 0.00 ms ").doesNotContain("-");
    }

    @Test
    void theSizeOfAResponseThatGoesOnIsOpen() {
        assertThat(line(Rows.get("c1.2").goingOn().messages(new Rows.Message("c1.2", Leg.CLIENT, MessageKind.RESPONSE).status(200).goingOn())))
                .contains("GET            …        …  client").doesNotContain("0 B");
    }

    @Test
    void onATerminalALineIsNotLongerThanItIsWide() {
        for (int width = 111; width < 200; width += 7) {
            Look look = new Look(false, true, width, ZoneOffset.UTC);
            String line = new LogLine(look).of(Rows.get("c1.2").target("/" + "long/".repeat(60)).failure("origin closed before the response was whole").row());
            assertThat(Columns.of(line)).as(line).isEqualTo(width);
            assertThat(line).contains("https://example.com", "…");
        }
    }

    @Test
    void onANarrowTerminalTheAddressHasALineOfItsOwn() {
        for (int width : new int[] {80, 100, 110}) {
            Look look = new Look(false, true, width, ZoneOffset.UTC);
            List<String> lines = new LogLine(look).of(Rows.get("c1.2").target("/" + "long/".repeat(60)).row()).lines().toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0)).isEqualTo("12:00:01.123 c1.2    200 GET       1.3 kB  34.1 ms  client 1+2   " + (width == 80 ? "" : "    ") + "server 1+3 ↻1");
            assertThat(lines.get(1)).startsWith("             https://example.com/long/").endsWith("…");
            assertThat(Columns.of(lines.get(1))).isEqualTo(width);
        }
    }

    @Test
    void coloursAreTheTerminalsAndAsciiStandsInForArrows() {
        assertThat(new LogLine(new Look(true, true, 0, ZoneOffset.UTC)).of(Rows.get("c1.2").row())).contains("\033[32m200\033[0m");
        assertThat(line(Rows.get("c1.2"))).doesNotContain("\033");
        String ascii = new LogLine(new Look(false, false, 0, ZoneOffset.UTC)).of(Rows.get("c1.2").authority("bücher.example").row());
        assertThat(ascii).isPrintable().contains("again 1", "b\\xfccher.example");
        assertThat(ascii.chars()).allMatch(c -> c < 0x7f);
    }
}
