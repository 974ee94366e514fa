package dev.plumbline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.plumbline.correlate.Coverage;
import dev.plumbline.correlate.Coverage.Reason;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.WireRange;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangeJsonTest {
    @Test
    void theFieldsAreAContract() {
        String line = ExchangeJson.line(Rows.get("c1.2").messages(
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.REQUEST).ranges(new WireRange(217, 803)),
                new Rows.Message("c1.2", Leg.SERVER, MessageKind.RESPONSE).status(200).content(9, 4)
                        .ranges(new WireRange(0, 50)).coverage(Coverage.PARTIAL, Reason.DROPPED, new WireRange(10, 20))).row());
        assertThat(line).isEqualTo("""
                {"id":"c1.2","role":"message","method":"GET","url":"https://example.com/path","status":200,\
                "beganAt":"2026-11-22T12:00:01.123000000Z","endedAt":"2026-11-22T12:00:01.157100000Z","durationMicros":34100,\
                "ended":true,"answeredByProxy":false,"sni":null,"failure":null,"faultCode":null,\
                "client":{"connection":"c1","request":{"octets":100,"contentLength":0,"storedContent":0,"end":"complete","coverage":"complete","reason":null,\
                "segments":1,"repeats":0,"wireRanges":[[217,803]],"gaps":[],"firstAt":"2026-11-22T12:00:01.123000000Z","lastAt":"2026-11-22T12:00:01.123100000Z"}},\
                "server":{"connection":"c2","response":{"octets":100,"contentLength":9,"storedContent":4,"end":"complete","coverage":"partial","reason":"dropped",\
                "segments":1,"repeats":0,"wireRanges":[[0,50]],"gaps":[[10,20]],"firstAt":"2026-11-22T12:00:01.123000000Z","lastAt":"2026-11-22T12:00:01.123100000Z"}}}""");
    }

    @Test
    void anExchangeThatGoesOnHasNoEndAndOneTheProxyAnsweredNoServerLeg() throws IOException {
        Map<String, String> fields = flat(ExchangeJson.line(Rows.get("c1.2").byProxy().goingOn().status(0).row()));
        assertThat(fields).containsEntry("endedAt", "null").containsEntry("durationMicros", "null").containsEntry("status", "null")
                .containsEntry("answeredByProxy", "true").doesNotContainKey("server");
    }

    @Test
    void whatNobodyCountedYetIsNotZero() {
        String line = ExchangeJson.line(Rows.get("c1.2").goingOn().messages(
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.REQUEST).content(65_524, 65_524).goingOn(),
                new Rows.Message("c1.2", Leg.CLIENT, MessageKind.RESPONSE).status(200).goingOn()).row());
        assertThat(line).contains("\"request\":{\"octets\":null,\"contentLength\":65524,", "\"response\":{\"octets\":null,\"contentLength\":null,");
    }

    @Test
    void hostileTextIsPrintableAsciiAndComesBackAsItWas() throws IOException {
        String evil = "/\"\\\033[2J\r\n\177\u009b\u202e\u2028</script>日\ud83d";
        String line = ExchangeJson.line(Rows.get("c1.2").target(evil).failure(evil).row());
        assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
        assertThat(flat(line)).containsEntry("failure", evil).containsEntry("url", "https://example.com" + evil);
    }

    /** The top-level fields; nested values are skipped. */
    static Map<String, String> flat(String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                fields.put(name, value.isScalarValue() ? json.getText() : value.name());
                json.skipChildren();
            }
            assertThat(json.nextToken()).as("one object").isNull();
        }
        return fields;
    }
}
