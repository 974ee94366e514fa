package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Segment;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.PacketId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A flow as a capture between client and server tells it, and what the analysis says to each segment.
 *
 * <pre>
 *  at(3).client(0, 100).says("")                        octets 0 to 99, with the last acknowledgement
 *  at(204).client(0, 100).says("retransmission [0,100) p5 p4 201 ms")
 * </pre>
 *
 * <p>Offsets count from the octet after the SYN; times are milliseconds.
 */
final class Dialogue {
    static final FlowId FLOW = new FlowId(1);
    static final TcpOptions SCALED = new TcpOptions(1460, 7, true, true, true);
    private static final long MILLI = 1_000_000L;
    private static final long T0 = 1_795_000_000_000_000_000L;
    private static final FourTuple PATH = new FourTuple(new Endpoint(new IpAddress(0, 1), 40_000), new Endpoint(new IpAddress(0, 2), 80));
    final FlowAnalysis analysis;
    final List<Annotation> said = new ArrayList<>();
    private final int clientIsn;
    private final int serverIsn;
    private final long[] acks = {0, 0};
    private final int[] windows = {500, 500};
    private long now = T0;
    private long packet;
    private int told;

    Dialogue() {
        this(1, 1_000, 0xffff_fff0, FlowAnalysis.MOST_OUTSTANDING);
    }

    Dialogue(int generation, int clientIsn, int serverIsn, int mostOutstanding) {
        this.clientIsn = clientIsn;
        this.serverIsn = serverIsn;
        this.analysis = new FlowAnalysis(FLOW, generation, mostOutstanding, said::add);
    }

    /** After the handshake: SYN at 0 ms, SYN+ACK at 1, ACK at 2; windows are 64,000 octets. */
    static Dialogue opened() {
        return new Dialogue().at(0).syn(SCALED).says("").at(1).synAck(SCALED).says("").at(2).client(0, 0).says("");
    }

    Dialogue at(long millis) {
        now = T0 + millis * MILLI;
        return this;
    }

    Dialogue syn(TcpOptions options) {
        return segment(Heading.TO_SERVER, -1, 0, Segment.SYN, 64_000, 0, options);
    }

    Dialogue synAck(TcpOptions options) {
        return segment(Heading.TO_CLIENT, -1, 0, Segment.SYN | Segment.ACK, 64_000, 0, options);
    }

    /** Octets of the client from {@code offset} on; none for a mere acknowledgement. */
    Dialogue client(long offset, int octets) {
        return flags(Heading.TO_SERVER, offset, octets, Segment.ACK);
    }

    Dialogue server(long offset, int octets) {
        return flags(Heading.TO_CLIENT, offset, octets, Segment.ACK);
    }

    Dialogue flags(Heading heading, long offset, int octets, int flags) {
        return segment(heading, offset, acks[heading.ordinal()], flags, windows[heading.ordinal()], octets, TcpOptions.NONE);
    }

    /** From now on the client awaits that octet. */
    Dialogue clientAwaits(long offset) {
        acks[0] = offset;
        return this;
    }

    Dialogue serverAwaits(long offset) {
        acks[1] = offset;
        return this;
    }

    /** From now on this window stands in the server's headers. */
    Dialogue serverWindow(int window) {
        windows[1] = window;
        return this;
    }

    Dialogue ends() {
        analysis.end(now);
        return this;
    }

    /** All that was said since the last time, in the form {@code code [range) packets… duration}; nothing is the empty text. */
    Dialogue says(String expected) {
        List<Annotation> fresh = said.subList(told, said.size());
        assertThat(fresh.stream().map(Dialogue::line).collect(Collectors.joining("; "))).as("what is said of p%d", packet).isEqualTo(expected);
        told = said.size();
        return this;
    }

    SegmentMeasures measures() {
        return analysis.measures();
    }

    private static String line(Annotation a) {
        return a.code().word() + a.range().map(r -> " " + r).orElse("")
                + a.packets().stream().map(PacketId::toString).collect(Collectors.joining(" ", " ", "")) + (a.nanos() == 0 ? "" : " " + a.nanos() / MILLI + " ms");
    }

    private Dialogue segment(Heading heading, long offset, long ack, int flags, int window, int octets, TcpOptions options) {
        boolean isClient = heading == Heading.TO_SERVER;
        int seq = (isClient ? clientIsn : serverIsn) + 1 + (int) offset;
        int acknowledged = (flags & Segment.ACK) == 0 ? 0 : (isClient ? serverIsn : clientIsn) + 1 + (int) ack;
        analysis.take(++packet, heading, new Segment(
                now, isClient ? PATH : PATH.reversed(), seq, acknowledged, flags, window, octets, octets, 0, 0, 54 + octets, 54 + octets, options));
        return this;
    }
}
