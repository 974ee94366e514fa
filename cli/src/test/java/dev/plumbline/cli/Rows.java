package dev.plumbline.cli;

import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.FlowRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.IpAddress;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.PlainRange;
import dev.plumbline.wire.WireRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of an invented recording. Times are offsets in microseconds from 2026-11-22T12:00:01.123Z. */
final class Rows {
    static final long START = 1_795_348_801_123_000_000L;

    private Rows() {
    }

    static ExchangeId id(String text) {
        return ExchangeId.parse(text).orElseThrow();
    }

    static long at(long micros) {
        return START + micros * 1000;
    }

    /** {@code GET https://example.com/path}, 200, both legs covered. */
    static Exchange get(String id) {
        return new Exchange(id);
    }

    static PacketRow packet(long number, int flow, Heading heading, long micros, long offset, long ack, int flags, int length) {
        return new PacketRow(new PacketId(number), 0, new FlowId(flow), heading, at(micros), offset, ack, flags, 502, length,
                length == 0 ? Sighting.BARE : Sighting.FIRST, 0, 24, 66 + length, 66 + length,
                (int) offset + 1, (int) Math.max(0, ack + 1));
    }

    static ConnectionRow connection(int number, Leg leg, List<PacketId> handshake, List<PacketId> close) {
        FourTuple tuple = leg == Leg.CLIENT
                ? new FourTuple(endpoint(127, 0, 0, 1, 53122), endpoint(127, 0, 0, 1, 8080))
                : new FourTuple(endpoint(192, 0, 2, 7, 40100), endpoint(198, 51, 100, 4, 443));
        ConnectionRow.Tls tls = new ConnectionRow.Tls(1, "TLSv1.3", "TLS_AES_128_GCM_SHA256", "http/1.1", "example.com",
                Optional.of(false), leg == Leg.CLIENT ? "" : "CN=example.com by R11", "", at(-5000), at(-2000));
        TcpInfo info = new TcpInfo(41, 20, 30, 1, 0, 10, 1448, 900, 1200, 6, 5, 0);
        return new ConnectionRow(new ConnectionId(number), leg, tuple, new ConnectionId(1), leg == Leg.CLIENT ? "" : "example.com",
                at(-9000), at(-8000), at(90_000), Optional.of(Close.BY_PEER), "", 900, 1200, List.of(tls), Optional.of(new FlowId(number)),
                handshake, Ending.FIN, Optional.of(Heading.TO_SERVER), close, Optional.of(info));
    }

    /** A server leg of which no packet was seen. */
    static ConnectionRow unseenConnection(int number, Leg leg) {
        ConnectionRow seen = connection(number, leg, List.of(), List.of());
        return new ConnectionRow(seen.id(), seen.leg(), seen.tuple(), seen.client(), seen.host(), seen.openedAt(), seen.establishedAt(), seen.closedAt(),
                Optional.of(Close.BY_US), "", seen.toServer(), seen.toClient(), List.of(), Optional.empty(), List.of(), Ending.UNKNOWN, Optional.empty(),
                List.of(), Optional.empty());
    }

    /** It goes on, and is bound to its flow. */
    static ConnectionRow openConnection(int number, Leg leg) {
        ConnectionRow seen = connection(number, leg, List.of(), List.of());
        return new ConnectionRow(seen.id(), seen.leg(), seen.tuple(), seen.client(), seen.host(), seen.openedAt(), seen.establishedAt(), -1, Optional.empty(), "", -1, -1,
                List.of(), seen.flow(), List.of(), Ending.OPEN, Optional.empty(), List.of(), Optional.empty());
    }

    /** The flow of that connection, first seen in its packet of that number. */
    static FlowRow flow(ConnectionRow connection, long firstPacket) {
        return new FlowRow(new FlowId(connection.id().number()), connection.tuple(), 1, 0, true, new PacketId(firstPacket), at(-9100), List.of(connection.id()));
    }

    /** A flow both of whose SYNs were seen, with retransmissions of what went to the server. */
    static FlowStatistics statistics(int retransmissions) {
        TcpOptions options = new TcpOptions(1460, 7, true, true, true);
        return new FlowStatistics(new FlowStatistics.Side(12, 1342, retransmissions, 825L * retransmissions, 0, 0, 3, 400_000, 900_000, 1_800_000, 825, options, 0),
                new FlowStatistics.Side(9, 120, 0, 0, 0, 0, 2, 40_000, 60_000, 100_000, 120, options, 0), 50_000, 50_000);
    }

    static FlowRow foreignFlow(int number, long firstPacket) {
        return new FlowRow(new FlowId(number), new FourTuple(endpoint(192, 0, 2, 7, 40200), endpoint(198, 51, 100, 9, 5432)), 1, 0, true,
                new PacketId(firstPacket), at(0), List.of());
    }

    private static Endpoint endpoint(int a, int b, int c, int d, int port) {
        return new Endpoint(IpAddress.of(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}), port);
    }

    /** A message to be, with what most have. */
    static final class Message {
        final MessageKey key;
        int connection;
        String head = "";
        int status;
        long content;
        long stored = -1;
        List<WireRange> ranges = List.of();
        List<WireRange> gaps = List.of();
        Coverage coverage = Coverage.COMPLETE;
        Optional<Coverage.Reason> reason = Optional.empty();
        int segments = 1;
        int repeats;
        long octets = 100;
        Optional<End> end = Optional.of(End.COMPLETE);
        Optional<PacketId> firstPacket = Optional.empty();
        Optional<PacketId> lastPacket = Optional.empty();

        Message(String exchange, Leg leg, MessageKind kind) {
            key = new MessageKey(id(exchange), leg, kind);
            connection = leg == Leg.CLIENT ? 1 : 2;
        }

        Message head(String text) {
            head = text.replace("\n", "\r\n");
            return this;
        }

        Message status(int code) {
            status = code;
            return this;
        }

        Message content(long length, long kept) {
            content = length;
            stored = kept;
            return this;
        }

        Message octets(long length) {
            octets = length;
            return this;
        }

        /** Begun, and not counted yet. */
        Message goingOn() {
            end = Optional.empty();
            octets = 0;
            coverage = Coverage.PENDING;
            segments = 0;
            return this;
        }

        Message segments(int first, int again) {
            segments = first;
            repeats = again;
            return this;
        }

        /** From the first packet that carried some of it to the last that did so first. */
        Message packets(long first, long last) {
            firstPacket = Optional.of(new PacketId(first));
            lastPacket = Optional.of(new PacketId(last));
            return this;
        }

        Message ranges(WireRange... all) {
            ranges = List.of(all);
            return this;
        }

        Message coverage(Coverage how, Coverage.Reason why, WireRange... missing) {
            coverage = how;
            reason = Optional.of(why);
            gaps = List.of(missing);
            segments = how == Coverage.NONE ? 0 : segments;
            return this;
        }

        MessageRow row() {
            return new MessageRow(key, new ConnectionId(connection), 1, new PlainRange(0, octets), head.getBytes(StandardCharsets.ISO_8859_1),
                    new byte[0], status, content, Math.max(0, stored), stored < 0 ? -1 : 0, end, at(0), at(100),
                    Optional.of(new FlowId(connection)), ranges, gaps, coverage, reason, firstPacket, lastPacket, segments, repeats, at(0), at(100));
        }
    }

    /** An exchange to be. */
    static final class Exchange {
        private final String id;
        private Role role = Role.MESSAGE;
        private String method = "GET";
        private String authority = "example.com";
        private String target = "/path";
        private int status = 200;
        private String sni = "";
        private String failure = "";
        private boolean answeredByProxy;
        private Optional<ConnectionId> server = Optional.of(new ConnectionId(2));
        private long endedAt = at(34_100);
        private List<MessageRow> messages;
        private Optional<Timing> timing = Optional.empty();

        Exchange(String id) {
            this.id = id;
            messages = List.of(
                    new Message(id, Leg.CLIENT, MessageKind.REQUEST).row(),
                    new Message(id, Leg.CLIENT, MessageKind.RESPONSE).status(200).content(1256, -1).segments(2, 0).row(),
                    new Message(id, Leg.SERVER, MessageKind.REQUEST).row(),
                    new Message(id, Leg.SERVER, MessageKind.RESPONSE).status(200).content(1256, 1256).segments(3, 1).row());
        }

        Exchange role(Role is) {
            role = is;
            return this;
        }

        Exchange method(String is) {
            method = is;
            return this;
        }

        Exchange authority(String is) {
            authority = is;
            return this;
        }

        Exchange target(String is) {
            target = is;
            return this;
        }

        Exchange status(int is) {
            status = is;
            return this;
        }

        Exchange sni(String is) {
            sni = is;
            return this;
        }

        Exchange failure(String is) {
            failure = is;
            return this;
        }

        Exchange byProxy() {
            answeredByProxy = true;
            server = Optional.empty();
            return this;
        }

        Exchange took(long micros) {
            endedAt = at(micros);
            return this;
        }

        /** As from a dump made elsewhere. */
        Exchange onOneLeg() {
            server = Optional.empty();
            messages = messages.stream().filter(message -> message.key().leg() == Leg.CLIENT).toList();
            return this;
        }

        Exchange goingOn() {
            endedAt = -1;
            return this;
        }

        Exchange timing(Timing is) {
            timing = Optional.of(is);
            return this;
        }

        Exchange messages(Message... all) {
            List<MessageRow> rows = new ArrayList<>();
            for (Message message : all) {
                rows.add(message.row());
            }
            messages = rows;
            return this;
        }

        ExchangeRow row() {
            return new ExchangeRow(id(id), role, method, "https", authority, target, status, server, sni, endedAt >= 0, failure,
                    failure.isEmpty() ? "" : "origin-refused", answeredByProxy, START, endedAt, timing, messages);
        }
    }
}
