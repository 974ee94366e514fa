package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.dump.http.SeenHead;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.IpAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SeenTargetTest {
    private static final FourTuple TUPLE = new FourTuple(new Endpoint(IpAddress.v4(0x0a000001), 40000), new Endpoint(IpAddress.v4(0x0a000002), 8080));

    private static SeenTarget of(String requestLine) {
        SeenHead head = SeenHead.request((requestLine + "\r\nHost: h:80\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1)).orElseThrow();
        return SeenTarget.of(head, false, TUPLE);
    }

    @Test
    void thePathIsWhatWasAskedForWhateverTheForm() {
        assertThat(of("GET /a?b HTTP/1.1")).isEqualTo(new SeenTarget("http", "h", "/a?b"));
        assertThat(of("GET HTTP://other:80?b HTTP/1.1")).isEqualTo(new SeenTarget("http", "other", "/?b"));
        assertThat(of("CONNECT other:443 HTTP/1.1")).isEqualTo(new SeenTarget("http", "other:443", "other:443"));
    }

    @Test
    void octetsBeyondAsciiArePercentEncodedAsThoseOfTheRelayAre() {
        assertThat(of("GET /?q=\u00fc\u00ff HTTP/1.1").path()).isEqualTo("/?q=%FC%FF");
    }
}
