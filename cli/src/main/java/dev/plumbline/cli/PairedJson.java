package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.cli.Paired.Part;
import dev.plumbline.cli.Paired.SegmentView;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** What {@code show} says, for programs: the fields of {@link ExchangeJson}, then heads, connections, timing and segments. */
final class PairedJson {
    private PairedJson() {
    }

    /** One object, without a line end; its segments are written as they are read. */
    static void write(Paired paired, OutputStream out) throws IOException {
        Json.object(out, json -> {
            ExchangeJson.writeFields(json, paired.row());
            heads(json, paired.row().messages());
            json.writeArrayFieldStart("connections");
            for (LegView leg : paired.legs()) {
                connection(json, leg);
            }
            json.writeEndArray();
            if (paired.row().timing().isPresent()) {
                timing(json, paired.row().timing().get());
            }
            json.writeArrayFieldStart("segments");
            paired.segments().forEach(segment -> {
                try {
                    segment(json, segment, paired.row().beganAt());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            json.writeEndArray();
        });
    }

    private static void heads(JsonGenerator json, List<MessageRow> messages) throws IOException {
        json.writeArrayFieldStart("heads");
        for (MessageRow message : messages) {
            if (message.head().length > 0) {
                json.writeStartObject();
                json.writeStringField("leg", message.key().leg().word());
                json.writeStringField("message", message.key().kind().word());
                json.writeStringField("text", Escaper.decode(message.head()));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void connection(JsonGenerator json, LegView leg) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", leg.id().toString());
        json.writeStringField("leg", leg.leg().word());
        json.writeNumberField("nth", leg.nth());
        if (leg.connection().isPresent()) {
            ConnectionRow row = leg.connection().get();
            json.writeStringField("initiator", row.tuple().initiator().toString());
            json.writeStringField("responder", row.tuple().responder().toString());
            Json.text(json, "host", row.host());
            Json.text(json, "flow", row.flow());
            Json.time(json, "openedAt", row.openedAt());
            Json.time(json, "establishedAt", row.establishedAt());
            Json.time(json, "closedAt", row.closedAt());
            Json.text(json, "close", row.close().map(close -> close.name().toLowerCase(Locale.ROOT).replace('_', '-')));
            Json.text(json, "reason", row.reason());
            tls(json, row.tls());
            packets(json, "handshake", row.handshake());
            json.writeStringField("ending", row.ending().word());
            Json.text(json, "endedBy", row.endedBy().map(heading -> heading == Heading.TO_SERVER ? "initiator" : "responder"));
            packets(json, "closePackets", row.closePackets());
            if (row.tcpInfo().isPresent()) {
                tcpInfo(json, row.tcpInfo().get());
            }
        }
        json.writeEndObject();
    }

    private static void tls(JsonGenerator json, List<ConnectionRow.Tls> handshakes) throws IOException {
        json.writeArrayFieldStart("tls");
        for (ConnectionRow.Tls tls : handshakes) {
            json.writeStartObject();
            json.writeNumberField("phase", tls.phase());
            Json.text(json, "version", tls.version());
            Json.text(json, "cipher", tls.cipher());
            Json.text(json, "alpn", tls.alpn());
            Json.text(json, "sni", tls.sni());
            json.writeFieldName("resumed");
            if (tls.resumed().isPresent()) {
                json.writeBoolean(tls.resumed().get());
            } else {
                json.writeNull();
            }
            Json.text(json, "peerCertificate", tls.peerCertificate());
            Json.text(json, "failure", tls.failure());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void tcpInfo(JsonGenerator json, TcpInfo info) throws IOException {
        json.writeObjectFieldStart("tcpInfo");
        Json.number(json, "rttMicros", info.rttMicros());
        Json.number(json, "rttVarMicros", info.rttVarMicros());
        Json.number(json, "minRttMicros", info.minRttMicros());
        Json.number(json, "retransmissions", info.retransmissions());
        Json.number(json, "lost", info.lost());
        Json.number(json, "congestionWindow", info.congestionWindow());
        Json.number(json, "mss", info.mss());
        Json.number(json, "octetsAcked", info.octetsAcked());
        Json.number(json, "octetsReceived", info.octetsReceived());
        Json.number(json, "segmentsOut", info.segmentsOut());
        Json.number(json, "segmentsIn", info.segmentsIn());
        Json.number(json, "outOfOrder", info.outOfOrder());
        json.writeEndObject();
    }

    private static void timing(JsonGenerator json, Timing timing) throws IOException {
        json.writeObjectFieldStart("timing");
        Json.time(json, "requestFirstAt", timing.requestFirstAt());
        Json.time(json, "requestLastAt", timing.requestLastAt());
        Json.time(json, "resolveStartAt", timing.resolveStartAt());
        Json.time(json, "resolveEndAt", timing.resolveEndAt());
        Json.time(json, "connectStartAt", timing.connectStartAt());
        Json.time(json, "connectEndAt", timing.connectEndAt());
        Json.time(json, "tlsStartAt", timing.tlsStartAt());
        Json.time(json, "tlsEndAt", timing.tlsEndAt());
        Json.time(json, "sendStartAt", timing.sendStartAt());
        Json.time(json, "sendEndAt", timing.sendEndAt());
        Json.time(json, "responseFirstAt", timing.responseFirstAt());
        Json.time(json, "responseLastAt", timing.responseLastAt());
        Json.time(json, "answerFirstAt", timing.answerFirstAt());
        Json.time(json, "answerLastAt", timing.answerLastAt());
        json.writeEndObject();
    }

    private static void segment(JsonGenerator json, SegmentView segment, long beganAt) throws IOException {
        PacketRow packet = segment.packet();
        json.writeStartObject();
        json.writeStringField("packet", packet.id().toString());
        Json.time(json, "at", packet.at());
        json.writeNumberField("sinceStartNanos", packet.at() - beganAt);
        json.writeStringField("leg", segment.leg().word());
        json.writeStringField("heading", packet.heading().word());
        json.writeStringField("flags", SegmentTable.flags(packet.flags()));
        String seq = SegmentTable.relative(packet);
        Json.number(json, "seq", seq.equals("?") ? -1 : packet.offset() + 1);
        Json.number(json, "ack", packet.ackOffset() < 0 ? -1 : packet.ackOffset() + 1);
        json.writeNumberField("length", packet.payloadLength());
        Json.text(json, "role", segment.role());
        json.writeArrayFieldStart("carried");
        for (Part part : segment.parts()) {
            json.writeStartObject();
            json.writeStringField("message", part.message().key().kind().word());
            ExchangeJson.ranges(json, "wireRanges", List.of(part.carrier().range()));
            json.writeBooleanField("repeat", part.carrier().repeat());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void packets(JsonGenerator json, String name, List<PacketId> ids) throws IOException {
        json.writeArrayFieldStart(name);
        for (PacketId id : ids) {
            json.writeString(id.toString());
        }
        json.writeEndArray();
    }
}
