package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.util.List;

/** What an exchange's evidence amounts to, for programs: fields of {@code show --json}, a contract documented in {@code docs/cli.md}. */
final class SplitJson {
    private SplitJson() {
    }

    /** Into the object that is open. What is not known has no key. */
    static void writeFields(JsonGenerator json, ExchangeAnalysis analysis, Peers peers) throws IOException {
        if (analysis.diagnosis().isPresent()) {
            json.writeFieldName("diagnosis");
            ExchangeJson.diagnosis(json, analysis.diagnosis().get());
        }
        if (analysis.split().isPresent()) {
            split(json, analysis.split().get());
        }
        json.writeObjectFieldStart("reuse");
        if (analysis.clientReuse().isPresent()) {
            ConnectionJson.reuse(json, "client", analysis.clientReuse().get());
        }
        if (analysis.serverReuse().isPresent()) {
            ConnectionJson.reuse(json, "server", analysis.serverReuse().get());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("annotations");
        for (var annotation : analysis.client()) {
            ConnectionJson.annotation(json, annotation, Leg.CLIENT, peers);
        }
        for (var annotation : analysis.server()) {
            ConnectionJson.annotation(json, annotation, Leg.SERVER, peers);
        }
        json.writeEndArray();
    }

    private static void split(JsonGenerator json, TimeSplit split) throws IOException {
        json.writeObjectFieldStart("split");
        Json.time(json, "startAt", split.start());
        Json.time(json, "endAt", split.end());
        slices(json, "slices", split.slices(), split.start());
        slices(json, "ahead", split.ahead(), split.start());
        json.writeArrayFieldStart("doubts");
        for (String doubt : split.doubts()) {
            json.writeString(doubt);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void slices(JsonGenerator json, String name, List<TimeSplit.Slice> slices, long start) throws IOException {
        json.writeArrayFieldStart(name);
        for (TimeSplit.Slice slice : slices) {
            json.writeStartObject();
            json.writeStringField("part", slice.part().word());
            Json.text(json, "leg", slice.leg().map(Leg::word));
            json.writeNumberField("fromNanos", slice.from() - start);
            json.writeNumberField("nanos", slice.nanos());
            json.writeStringField("source", slice.source().word());
            Json.text(json, "within", slice.within().map(part -> part.word()));
            json.writeArrayFieldStart("packets");
            for (PacketId packet : slice.packets()) {
                json.writeString(packet.toString());
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
