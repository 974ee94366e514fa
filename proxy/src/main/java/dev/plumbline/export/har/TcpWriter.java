package dev.plumbline.export.har;

import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Finding.Ending;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.Map;
import java.util.Optional;

/**
 * Writes {@code _tcp}: on which connections an exchange went, and which frames carried it.
 *
 * <p>Owned by: the exporting thread.
 */
final class TcpWriter {
    private static final int KEPT_CONNECTIONS = 64;

    private final Recording recording;
    private final FrameNumbers frames;
    private final Json json;
    private final Map<ConnectionId, Optional<ConnectionRow>> connections = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ConnectionId, Optional<ConnectionRow>> eldest) {
            return size() > KEPT_CONNECTIONS;
        }
    };

    TcpWriter(Recording recording, FrameNumbers frames, Json json) {
        this.recording = recording;
        this.frames = frames;
        this.json = json;
    }

    Optional<ConnectionRow> connection(ConnectionId id) {
        return connections.computeIfAbsent(id, recording::connection);
    }

    void write(ExchangeRow exchange) throws IOException {
        json.object("_tcp", () -> {
            leg(exchange, Leg.CLIENT, connection(exchange.id().client()));
            leg(exchange, Leg.SERVER, exchange.server().flatMap(this::connection));
        });
    }

    private void leg(ExchangeRow exchange, Leg leg, Optional<ConnectionRow> row) throws IOException {
        if (row.isEmpty()) {
            return;
        }
        ConnectionRow connection = row.get();
        json.object(leg.word(), () -> {
            json.text("connection", connection.id().toString())
                    .text("initiator", connection.tuple().initiator().toString())
                    .text("responder", connection.tuple().responder().toString())
                    .numberOrNull("tcpStream", connection.flow().map(flow -> frames.tcpStream(flow).orElse(-1)).orElse(-1));
            message("request", messages(exchange, leg, MessageKind.REQUEST, MessageKind.TUNNEL_TO_SERVER));
            message("response", messages(exchange, leg, MessageKind.RESPONSE, MessageKind.TUNNEL_TO_CLIENT));
            interim(messages(exchange, leg, MessageKind.INTERIM, MessageKind.INTERIM));
            json.numbers("handshake", frames.frames(connection.handshake()));
            close(connection);
            facts(connection);
        });
    }

    private static List<MessageRow> messages(ExchangeRow exchange, Leg leg, MessageKind kind, MessageKind tunnel) {
        return exchange.messages().stream()
                .filter(m -> m.key().leg() == leg && (m.key().kind() == kind || m.key().kind() == tunnel))
                .sorted(Comparator.comparingInt((MessageRow m) -> m.key().kind().ordinal()).thenComparingInt(m -> m.key().ordinal()))
                .toList();
    }

    /** For a tunnel, the head that opened it and what went through it afterwards count as one message. */
    private void message(String name, List<MessageRow> parts) throws IOException {
        if (!parts.isEmpty()) {
            json.object(name, () -> evidence(parts));
        }
    }

    private void interim(List<MessageRow> messages) throws IOException {
        if (!messages.isEmpty()) {
            json.array("interim", () -> {
                for (MessageRow message : messages) {
                    json.object(() -> {
                        json.number("status", message.status());
                        evidence(List.of(message));
                    });
                }
            });
        }
    }

    private void evidence(List<MessageRow> parts) throws IOException {
        IntStream.Builder first = IntStream.builder();
        IntStream.Builder again = IntStream.builder();
        for (MessageRow part : parts) {
            recording.carriers(part, carrier -> (carrier.repeat() ? again : first).add(frames.frame(carrier.packet().id())));
        }
        json.text("coverage", coverage(parts).word());
        json.textOrNull("reason", parts.stream().flatMap(part -> part.reason().stream()).map(Coverage.Reason::word).findFirst());
        json.array("wireRanges", () -> {
            for (WireRange range : ranges(parts)) {
                json.pair(range.start(), range.end());
            }
        });
        json.numbers("frames", FrameNumbers.ascending(first.build()));
        json.numbers("repeats", FrameNumbers.ascending(again.build()));
        json.textOrNull("firstAt", parts.stream().map(MessageRow::packetsFirstAt).filter(at -> at >= 0).min(Long::compare).map(Times::nanos));
        json.textOrNull("lastAt", parts.stream().map(MessageRow::packetsLastAt).filter(at -> at >= 0).max(Long::compare).map(Times::nanos));
    }

    /** Of several parts taken as one: pending while one is, complete when all are, none when all are. */
    static Coverage coverage(List<MessageRow> parts) {
        List<Coverage> all = parts.stream().map(MessageRow::coverage).distinct().toList();
        if (all.contains(Coverage.PENDING)) {
            return Coverage.PENDING;
        }
        return all.size() == 1 ? all.get(0) : Coverage.PARTIAL;
    }

    /** The ranges of all parts, ascending, touching ones joined. */
    static List<WireRange> ranges(List<MessageRow> parts) {
        List<WireRange> sorted = parts.stream().flatMap(part -> part.ranges().stream())
                .filter(range -> !range.isEmpty())
                .sorted(Comparator.comparingLong(WireRange::start).thenComparingLong(WireRange::end))
                .toList();
        List<WireRange> joined = new ArrayList<>();
        for (WireRange range : sorted) {
            WireRange last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && range.start() <= last.end()) {
                joined.set(joined.size() - 1, new WireRange(last.start(), Math.max(last.end(), range.end())));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    private void close(ConnectionRow connection) throws IOException {
        Optional<String> by = connection.endedBy().map(heading -> heading == Heading.TO_SERVER ? "initiator" : "responder");
        Ending how = connection.ending();
        json.object("close", () -> json.textOrNull("by", by).text("how", how.word()).numbers("frames", frames.frames(connection.closePackets())));
    }

    /** Only what is known is there. {@code repeatsSeen} is what the capture saw, the rest what the kernel and our sockets say. */
    private void facts(ConnectionRow connection) throws IOException {
        json.object("info", () -> {
            if (connection.tcpInfo().isPresent()) {
                kernel(connection.tcpInfo().get());
            }
            json.numberIfKnown("handshakeRttMicros", handshakeRttNanos(connection) < 0 ? -1 : handshakeRttNanos(connection) / 1000);
            if (connection.leg() == Leg.SERVER && connection.establishedAt() >= 0) {
                json.numberIfKnown("connectMicros", (connection.establishedAt() - connection.openedAt()) / 1000);
            }
            Optional<ConnectionRow.Tls> tls = connection.tls().stream().filter(t -> t.failure().isEmpty()).findFirst();
            if (tls.isPresent()) {
                json.numberIfKnown("tlsMicros", (tls.get().at() - tls.get().startedAt()) / 1000);
                json.text("tlsVersion", tls.get().version()).text("tlsCipher", tls.get().cipher());
            }
            if (connection.flow().isPresent() && frames.tcpStream(connection.flow().get()).isPresent()) {
                json.number("repeatsSeen", frames.repeats(connection.flow().get()));
            }
        });
    }

    private void kernel(TcpInfo kernel) throws IOException {
        json.numberIfKnown("rttMicros", kernel.rttMicros())
                .numberIfKnown("rttVarMicros", kernel.rttVarMicros())
                .numberIfKnown("minRttMicros", kernel.minRttMicros())
                .numberIfKnown("retransmissions", kernel.retransmissions())
                .numberIfKnown("lost", kernel.lost())
                .numberIfKnown("congestionWindow", kernel.congestionWindow())
                .numberIfKnown("mss", kernel.mss())
                .numberIfKnown("octetsAcked", kernel.octetsAcked())
                .numberIfKnown("octetsReceived", kernel.octetsReceived())
                .numberIfKnown("segmentsOut", kernel.segmentsOut())
                .numberIfKnown("segmentsIn", kernel.segmentsIn())
                .numberIfKnown("outOfOrder", kernel.outOfOrder());
    }

    /** From our SYN to its answer, as the capture stamped them: on the client leg the time we took to answer. */
    private long handshakeRttNanos(ConnectionRow connection) {
        List<PacketId> handshake = connection.handshake();
        if (handshake.size() < 2) {
            return -1;
        }
        Optional<PacketRow> syn = recording.packet(handshake.get(0)).filter(p -> p.offset() < 0 && p.heading() == Heading.TO_SERVER);
        Optional<PacketRow> answer = recording.packet(handshake.get(1)).filter(p -> p.offset() < 0 && p.heading() == Heading.TO_CLIENT);
        return syn.isEmpty() || answer.isEmpty() ? -1 : answer.get().at() - syn.get().at();
    }
}
