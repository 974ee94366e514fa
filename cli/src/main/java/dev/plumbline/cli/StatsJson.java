package dev.plumbline.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Histogram;
import dev.plumbline.analyze.Part;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.util.Map;

/** What a recording amounts to, for programs. The fields are documented in {@code docs/cli.md}; they are a contract. */
final class StatsJson {
    private StatsJson() {
    }

    static String line(RecordingStatistics all) {
        return Json.object(json -> {
            Json.time(json, "firstAt", all.firstAt());
            Json.time(json, "lastAt", all.lastAt());
            json.writeObjectFieldStart("connections");
            for (Leg leg : Leg.values()) {
                connections(json, leg, all.connections(leg));
            }
            json.writeEndObject();
            json.writeObjectFieldStart("overall");
            host(json, all.overall());
            json.writeEndObject();
            json.writeArrayFieldStart("hosts");
            for (HostStatistics host : all.hosts()) {
                json.writeStartObject();
                json.writeStringField("host", host.host());
                host(json, host);
                json.writeEndObject();
            }
            json.writeEndArray();
            if (all.rest().isPresent()) {
                json.writeObjectFieldStart("others");
                host(json, all.rest().get());
                json.writeEndObject();
            }
        });
    }

    private static void connections(JsonGenerator json, Leg leg, RecordingStatistics.Connections all) throws IOException {
        json.writeObjectFieldStart(leg.word());
        json.writeNumberField("opened", all.opened());
        json.writeNumberField("measured", all.measured());
        json.writeNumberField("measuredInPart", all.measuredInPart());
        boolean known = all.measured() > 0;
        Json.number(json, "segmentsToServer", known ? all.segments(Heading.TO_SERVER) : -1);
        Json.number(json, "segmentsToClient", known ? all.segments(Heading.TO_CLIENT) : -1);
        Json.number(json, "retransmissionsToServer", known ? all.retransmissions(Heading.TO_SERVER) : -1);
        Json.number(json, "retransmissionsToClient", known ? all.retransmissions(Heading.TO_CLIENT) : -1);
        json.writeEndObject();
    }

    private static void host(JsonGenerator json, HostStatistics host) throws IOException {
        json.writeNumberField("exchanges", host.exchanges());
        json.writeNumberField("failures", host.failures());
        json.writeNumberField("tunnels", host.tunnels());
        json.writeNumberField("goingOn", host.goingOn());
        json.writeNumberField("octetsToServer", host.octets(Heading.TO_SERVER));
        json.writeNumberField("octetsToClient", host.octets(Heading.TO_CLIENT));
        for (Leg leg : Leg.values()) {
            HostStatistics.LegCounts counts = host.leg(leg);
            json.writeObjectFieldStart(leg.word());
            json.writeNumberField("onNew", counts.onNew());
            json.writeNumberField("onReused", counts.onReused());
            json.writeNumberField("segments", counts.segments());
            json.writeNumberField("again", counts.again());
            json.writeNumberField("messages", counts.messages());
            json.writeNumberField("notSeenWhole", counts.notSeenWhole());
            json.writeEndObject();
        }
        percentiles(json, "durationMicros", host.durations());
        json.writeObjectFieldStart("partsMicros");
        for (Map.Entry<Part, Histogram> part : host.parts().entrySet()) {
            percentiles(json, part.getKey().word(), part.getValue());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("diagnoses");
        for (Map.Entry<Diagnosis.Code, Long> code : host.diagnoses().entrySet()) {
            json.writeNumberField(code.getKey().word(), code.getValue());
        }
        json.writeEndObject();
    }

    private static void percentiles(JsonGenerator json, String name, Histogram histogram) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", histogram.count());
        for (int percent : new int[] {50, 90, 95, 99}) {
            Json.number(json, "p" + percent, micros(histogram.percentile(percent)));
        }
        Json.number(json, "max", micros(histogram.most()));
        Json.number(json, "mean", micros(histogram.mean()));
        json.writeEndObject();
    }

    private static long micros(long nanos) {
        return nanos < 0 ? -1 : nanos / 1000;
    }
}
