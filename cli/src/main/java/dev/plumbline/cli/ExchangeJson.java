package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.MessageRow;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** An exchange for programs. The fields are documented in {@code docs/cli.md}; they are a contract. */
final class ExchangeJson {
    private ExchangeJson() {
    }

    /** One line, without its end. */
    static String line(ExchangeRow row) {
        return Json.object(json -> writeFields(json, row));
    }

    /** The same, with what there is to say of it. */
    static String line(ExchangeRow row, Optional<Diagnosis> diagnosis) {
        return Json.object(json -> {
            writeFields(json, row);
            if (diagnosis.isPresent()) {
                json.writeFieldName("diagnosis");
                diagnosis(json, diagnosis.get());
            }
        });
    }

    /** As an object: a value, its name is the caller's. */
    static void diagnosis(JsonGenerator json, Diagnosis diagnosis) throws IOException {
        json.writeStartObject();
        json.writeStringField("severity", diagnosis.severity().word());
        json.writeStringField("code", diagnosis.code().word());
        Json.text(json, "leg", diagnosis.leg().map(Leg::word));
        json.writeStringField("text", diagnosis.text());
        json.writeArrayFieldStart("packets");
        for (PacketId packet : diagnosis.packets()) {
            json.writeString(packet.toString());
        }
        json.writeEndArray();
        json.writeStringField("source", diagnosis.source().word());
        json.writeEndObject();
    }

    static void writeFields(JsonGenerator json, ExchangeRow row) throws IOException {
        json.writeStringField("id", row.id().toString());
        json.writeStringField("role", row.role().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        Json.text(json, "method", row.method());
        Json.text(json, "url", row.url());
        Json.number(json, "status", row.status() == 0 ? -1 : row.status());
        Json.time(json, "beganAt", row.beganAt());
        Json.time(json, "endedAt", row.endedAt());
        Json.number(json, "durationMicros", row.took() < 0 ? -1 : row.took() / 1000);
        json.writeBooleanField("ended", row.ended());
        json.writeBooleanField("answeredByProxy", row.answeredByProxy());
        Json.text(json, "sni", row.sni());
        Json.text(json, "failure", row.failure());
        Json.text(json, "faultCode", row.faultCode());
        leg(json, row, Leg.CLIENT, row.id().client().toString());
        leg(json, row, Leg.SERVER, row.server().map(Object::toString).orElse(""));
    }

    /** No such leg, no such key. */
    private static void leg(JsonGenerator json, ExchangeRow row, Leg leg, String connection) throws IOException {
        List<MessageRow> messages = row.messages().stream().filter(message -> message.key().leg() == leg).collect(Collectors.toList());
        if (connection.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(leg.word());
        json.writeStringField("connection", connection);
        boolean interim = false;
        for (MessageRow message : messages) {
            if (message.key().kind() == MessageKind.INTERIM) {
                interim = true;
            } else {
                json.writeObjectFieldStart(field(message.key().kind()));
                message(json, message);
                json.writeEndObject();
            }
        }
        if (interim) {
            interims(json, messages);
        }
        json.writeEndObject();
    }

    private static void interims(JsonGenerator json, List<MessageRow> messages) throws IOException {
        json.writeArrayFieldStart("interim");
        for (MessageRow message : messages) {
            if (message.key().kind() == MessageKind.INTERIM) {
                json.writeStartObject();
                json.writeNumberField("status", message.status());
                message(json, message);
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static String field(MessageKind kind) {
        return switch (kind) {
            case REQUEST -> "request";
            case RESPONSE -> "response";
            case INTERIM -> "interim";
            case TUNNEL_TO_SERVER -> "tunnelToServer";
            case TUNNEL_TO_CLIENT -> "tunnelToClient";
        };
    }

    private static void message(JsonGenerator json, MessageRow message) throws IOException {
        Json.number(json, "octets", message.octets());
        Json.number(json, "contentLength", message.contentOctets());
        json.writeNumberField("storedContent", message.storedContent());
        Json.text(json, "end", message.end().map(end -> end.name().toLowerCase(Locale.ROOT)));
        json.writeStringField("coverage", message.coverage().word());
        Json.text(json, "reason", message.reason().map(Reason::word));
        json.writeNumberField("segments", message.segments());
        json.writeNumberField("repeats", message.repeats());
        ranges(json, "wireRanges", message.ranges());
        ranges(json, "gaps", message.gaps());
        Json.time(json, "firstAt", message.packetsFirstAt());
        Json.time(json, "lastAt", message.packetsLastAt());
    }

    static void ranges(JsonGenerator json, String name, List<WireRange> ranges) throws IOException {
        json.writeArrayFieldStart(name);
        for (WireRange range : ranges) {
            json.writeStartArray();
            json.writeNumber(range.start());
            json.writeNumber(range.end());
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
