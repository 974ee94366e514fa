package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.fact.Segment;
import dev.plumbline.recording.BoundFlow;
import dev.plumbline.recording.Carried;
import dev.plumbline.recording.PacketRow;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** One segment for programs. The fields are documented in {@code docs/cli.md}; they are a contract. */
final class PacketJson {
    private PacketJson() {
    }

    static String line(PacketRow packet, BoundFlow flow, List<Carried> carried, int windowShift) {
        return Json.object(json -> {
            json.writeStringField("packet", packet.id().toString());
            Json.time(json, "at", packet.at());
            json.writeStringField("flow", packet.flow().toString());
            json.writeArrayFieldStart("connections");
            for (BoundFlow.Use use : flow.uses()) {
                json.writeStartObject();
                json.writeStringField("id", use.connection().toString());
                json.writeStringField("leg", use.leg().word());
                json.writeEndObject();
            }
            json.writeEndArray();
            Json.text(json, "source", flow.row().map(row -> PacketLine.source(packet, flow)));
            Json.text(json, "destination", flow.row().map(row -> PacketLine.destination(packet, flow)));
            json.writeStringField("heading", packet.heading().word());
            json.writeStringField("flags", PacketLine.flags(packet.flags()));
            numbers(json, packet);
            window(json, packet, windowShift);
            json.writeStringField("sighting", packet.sighting().name().toLowerCase(Locale.ROOT));
            carried(json, carried);
        });
    }

    static void numbers(JsonGenerator json, PacketRow packet) throws IOException {
        boolean placed = packet.sighting() != Sighting.UNPLACED;
        Json.number(json, "seq", placed ? packet.offset() + 1 : -1);
        Json.number(json, "ack", packet.ackOffset() < 0 ? -1 : packet.ackOffset() + 1);
        json.writeNumberField("length", packet.payloadLength());
    }

    private static void window(JsonGenerator json, PacketRow packet, int windowShift) throws IOException {
        boolean syn = (packet.flags() & Segment.SYN) != 0;
        json.writeNumberField("window", packet.window());
        Json.number(json, "windowScaled", syn ? packet.window() : windowShift < 0 ? -1 : (long) packet.window() << windowShift);
    }

    static void carried(JsonGenerator json, List<Carried> carried) throws IOException {
        json.writeArrayFieldStart("carried");
        for (Carried part : carried) {
            json.writeStartObject();
            json.writeStringField("exchange", part.message().exchange().toString());
            json.writeStringField("leg", part.message().leg().word());
            json.writeStringField("message", part.message().kind().word());
            Json.number(json, "status", part.status() == 0 ? -1 : part.status());
            ExchangeJson.ranges(json, "wireRanges", List.of(part.range()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
