package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.cli.Paired.LegView;
import dev.plumbline.cli.Paired.Part;
import dev.plumbline.cli.Paired.SegmentView;
import dev.plumbline.fact.Timing;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.recording.PacketRow;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

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
            SplitJson.writeFields(json, paired.analysis(), paired.peers());
            json.writeArrayFieldStart("segments");
            paired.segments().forEach(segment -> Json.unchecked(() -> segment(json, segment, paired.row().beganAt())));
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
            ConnectionJson.writeFields(json, leg.connection().get());
        }
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
}
