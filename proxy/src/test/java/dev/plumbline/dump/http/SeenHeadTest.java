package dev.plumbline.dump.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.http.Framing;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SeenHeadTest {
    private static SeenHead response(String fields) {
        return SeenHead.response(("HTTP/1.1 200 OK\r\n" + fields + "\r\n").getBytes(StandardCharsets.ISO_8859_1)).orElseThrow();
    }

    private static SeenHead request(String fields) {
        return SeenHead.request(("GET / HTTP/1.1\r\n" + fields + "\r\n").getBytes(StandardCharsets.ISO_8859_1)).orElseThrow();
    }

    @Test
    void ofSeveralFieldsTheFirstOfUseCounts() {
        assertThat(request("host: a\r\nHost: b\r\n").host()).contains("a");
        assertThat(request("Hos: a\r\n").host()).isEmpty();
        assertThat(request("UPGRADE:\r\n").hasUpgrade()).isTrue();
        assertThat(response("Content-Length: x\r\nContent-Length: 3, 4\r\nContent-Length: 5\r\n").ofResponse("GET")).isEqualTo(Framing.length(3));
        assertThat(response("Transfer-Encoding: gzip\r\nTransfer-Encoding: Chunked\r\nTransfer-Encoding: x\r\n").ofResponse("GET")).isEqualTo(Framing.CHUNKED);
        assertThat(response("").ofResponse("GET")).isEqualTo(Framing.UNTIL_CLOSE);
    }

    @Test
    void aFoldedLineBelongsToTheOneBefore() {
        assertThat(request("Host: a\r\n b\r\n\tc: d\r\nX: y\r\n z\r\n").host()).contains("a b c: d");
        assertThat(request("Host: a\r\nno colon\r\n b\r\n").host()).contains("a b");
        assertThat(request(" Host: a\r\n").host()).contains("a");
        assertThat(response("Content-Length:\r\n 7\r\n").ofResponse("GET")).isEqualTo(Framing.length(7));
    }

    /** Copying the whole value for each line would take a minute here. */
    @Test
    @Timeout(20)
    void aValueFoldedManyTimesIsPutTogetherOnce() {
        String fields = "Host: a\n" + " b\n".repeat(21_000);
        for (int run = 0; run < 1000; run++) {
            assertThat(request(fields).host().orElseThrow()).hasSize(1 + 2 * 21_000);
        }
    }
}
