package dev.plumbline.cli;

import dev.plumbline.analyze.AnnotationCode;
import dev.plumbline.recording.ExchangeRow;

/** One step of a ladder for programs. The fields are documented in {@code docs/cli.md}; they are a contract. */
final class LadderJson {
    private LadderJson() {
    }

    static String line(LadderRow row, ExchangeRow exchange) {
        return Json.object(json -> {
            Json.time(json, "at", row.at());
            json.writeNumberField("sinceStartNanos", row.at() - exchange.beganAt());
            json.writeStringField("leg", row.leg().word());
            Json.text(json, "event", row.text());
            Json.text(json, "packet", row.packet().map(packet -> packet.id()));
            if (row.packet().isPresent()) {
                json.writeStringField("heading", row.packet().get().heading().word());
                json.writeStringField("flags", PacketLine.flags(row.packet().get().flags()));
                PacketJson.numbers(json, row.packet().get());
                json.writeBooleanField("own", row.carries(exchange.id()));
                json.writeBooleanField("again", row.isAgain());
                PacketJson.carried(json, row.carried());
                json.writeArrayFieldStart("annotations");
                for (AnnotationCode code : row.notes()) {
                    json.writeString(code.word());
                }
                json.writeEndArray();
            }
        });
    }
}
