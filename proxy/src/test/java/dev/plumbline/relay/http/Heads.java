package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.http.HeadParser.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Text to octets and heads, for tests. Text is ISO 8859-1, one char per octet. */
final class Heads {

    private Heads() {
    }

    static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static String text(byte[] octets) {
        return new String(octets, ISO_8859_1);
    }

    static RequestHead request(String text) {
        return whole(HeadParser.ofRequests(Limits.DEFAULTS), text);
    }

    static ResponseHead response(String text) {
        return whole(HeadParser.ofResponses(Limits.DEFAULTS), text);
    }

    /** What a stream cut at the given places comes to; a place may come twice. */
    static <H extends Head> Outcome outcome(HeadParser<H> parser, String stream, int... cuts) {
        byte[] octets = octets(stream);
        List<Integer> ends = new ArrayList<>();
        for (int cut : cuts) {
            ends.add(cut);
        }
        ends.add(octets.length);
        Progress progress = Progress.NEED_MORE;
        int consumed = 0;
        for (int end : ends) {
            ByteBuf in = Unpooled.wrappedBuffer(octets, consumed, Math.max(end, consumed) - consumed);
            int before = in.readableBytes();
            progress = parser.feed(in);
            consumed += before - in.readableBytes();
            assertThat(in.refCnt()).isEqualTo(1);
            if (progress != Progress.NEED_MORE) {
                break;
            }
            assertThat(in.isReadable()).as("everything is consumed while more is needed").isFalse();
        }
        return new Outcome(progress, consumed, parser.leadingOctets(), progress == Progress.HEAD ? text(parser.head().octets()) : null,
                progress == Progress.MALFORMED ? parser.malformed() : null, text(parser.received()));
    }

    /** Everything observable after feeding a stream. */
    record Outcome(Progress progress, int consumed, int leading, String head, Malformed malformed, String received) {
    }

    private static <H extends Head> H whole(HeadParser<H> parser, String text) {
        Outcome outcome = outcome(parser, text);
        assertThat(outcome.malformed()).isNull();
        assertThat(outcome.progress()).isEqualTo(Progress.HEAD);
        return parser.head();
    }
}
