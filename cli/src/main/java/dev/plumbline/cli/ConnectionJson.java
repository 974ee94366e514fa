package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.FlowStatistics;
import dev.plumbline.analyze.Reuse;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.fact.TcpOptions;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ConnectionUse;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A connection for programs. The fields are documented in {@code docs/cli.md}; they are a contract. */
final class ConnectionJson {
    private ConnectionJson() {
    }

    /** One line of {@code connections}, without its end. */
    static String line(ConnectionRow row, Optional<FlowStatistics> statistics, long exchanges) {
        return Json.object(json -> summary(json, row, statistics, exchanges));
    }

    /** One connection in full. */
    static String full(ConnectionView view) {
        Peers peers = Peers.of(view.recording());
        return Json.object(json -> {
            summary(json, view.row(), view.statistics(), view.exchangeCount());
            if (view.reuse().isPresent()) {
                reuse(json, "reuse", view.reuse().get());
            }
            json.writeArrayFieldStart("uses");
            view.uses(use -> Json.unchecked(() -> use(json, use)));
            json.writeEndArray();
            json.writeArrayFieldStart("annotations");
            view.annotations(annotation -> Json.unchecked(() -> annotation(json, annotation, view.row().leg(), peers)));
            json.writeEndArray();
        });
    }

    private static void summary(JsonGenerator json, ConnectionRow row, Optional<FlowStatistics> statistics, long exchanges) throws IOException {
        json.writeStringField("id", row.id().toString());
        json.writeStringField("leg", row.leg().word());
        json.writeStringField("client", row.client().toString());
        writeFields(json, row);
        Json.number(json, "lifetimeMicros", row.closedAt() < 0 ? -1 : (row.closedAt() - row.openedAt()) / 1000);
        Json.number(json, "octetsToServer", row.toServer());
        Json.number(json, "octetsToClient", row.toClient());
        json.writeNumberField("exchanges", exchanges);
        Json.number(json, "handshakeRttNanos", statistics.map(FlowStatistics::handshakeNanos).orElse(-1L));
        Json.number(json, "synToSynAckNanos", statistics.map(FlowStatistics::synToSynAckNanos).orElse(-1L));
        Json.number(json, "synAckToAckNanos", statistics.map(FlowStatistics::synAckToAckNanos).orElse(-1L));
        if (statistics.isPresent()) {
            json.writeBooleanField("statisticsWhole", statistics.get().whole());
            side(json, "toServer", statistics.get().toServer());
            side(json, "toClient", statistics.get().toClient());
        }
    }

    /** What both {@code show} and {@code connections} say of a connection, beside its id and leg. */
    static void writeFields(JsonGenerator json, ConnectionRow row) throws IOException {
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

    private static void side(JsonGenerator json, String name, FlowStatistics.Side side) throws IOException {
        TcpOptions options = side.options();
        json.writeObjectFieldStart(name);
        json.writeNumberField("segments", side.segments());
        json.writeNumberField("octets", side.octets());
        json.writeNumberField("retransmissions", side.retransmissions());
        json.writeNumberField("retransmittedOctets", side.retransmittedOctets());
        json.writeNumberField("outOfOrder", side.outOfOrder());
        json.writeNumberField("duplicateAcks", side.duplicateAcks());
        json.writeNumberField("rttSamples", side.rttSamples());
        Json.number(json, "rttMinNanos", side.rttSamples() == 0 ? -1 : side.rttMinNanos());
        Json.number(json, "rttMeanNanos", side.rttMeanNanos());
        Json.number(json, "rttMaxNanos", side.rttSamples() == 0 ? -1 : side.rttMaxNanos());
        Json.number(json, "maxInFlight", side.maxInFlight());
        Json.number(json, "mss", options.mss());
        Json.number(json, "windowScale", options.windowScale());
        json.writeBooleanField("sackPermitted", options.sackPermitted());
        json.writeBooleanField("timestamps", options.timestamps());
        json.writeEndObject();
    }

    private static void use(JsonGenerator json, ConnectionUse use) throws IOException {
        json.writeStartObject();
        json.writeStringField("exchange", use.exchange().toString());
        json.writeNumberField("nth", use.nth());
        Json.time(json, "beganAt", use.beganAt());
        Json.time(json, "endedAt", use.endedAt());
        json.writeNumberField("idleNanos", use.idleNanos());
        json.writeEndObject();
    }

    /** As an object of that name. */
    static void reuse(JsonGenerator json, String name, Reuse reuse) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("connection", reuse.connection().toString());
        json.writeBooleanField("new", reuse.isNew());
        Json.text(json, "before", reuse.before());
        Json.number(json, "idleNanos", reuse.idleNanos());
        if (reuse.whyNew().isPresent()) {
            Reuse.WhyNew why = reuse.whyNew().get();
            json.writeObjectFieldStart("whyNew");
            json.writeStringField("cause", why.cause().word());
            Json.text(json, "previous", why.previous());
            json.writeStringField("by", why.by().word());
            json.writeStringField("how", why.how());
            Json.number(json, "idleNanos", why.idleNanos());
            Json.text(json, "reason", why.reason());
            json.writeStringField("text", why.text());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** As an object: a value, its name is the caller's. */
    static void annotation(JsonGenerator json, Annotation annotation, Leg leg, Peers peers) throws IOException {
        json.writeStartObject();
        json.writeStringField("code", annotation.code().word());
        json.writeStringField("severity", annotation.code().severity().word());
        json.writeStringField("leg", leg.word());
        json.writeStringField("heading", annotation.heading().word());
        Json.time(json, "at", annotation.at());
        json.writeNumberField("nanos", annotation.nanos());
        packets(json, "packets", annotation.packets());
        json.writeStringField("text", peers.said(annotation, leg));
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

    private static void packets(JsonGenerator json, String name, List<PacketId> ids) throws IOException {
        json.writeArrayFieldStart(name);
        for (PacketId id : ids) {
            json.writeString(id.toString());
        }
        json.writeEndArray();
    }
}
