package dev.plumbline.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.http.HeadParser.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets from nowhere: nothing throws, nothing is read backwards or twice, and what was accepted can be used. */
class FuzzTest {

    private static final int ROUNDS = 3000;
    private static final Limits SMALL = new Limits(64, 64, 256, 8, 4, 16);
    private static final String ALPHABET = "\r\n\r\n\r\n :;,/*@[]%#?\t\0\"\\0159afx\u0080\u00ffHGhg.-_";
    private static final String[] START_LINES = {"GET / HTTP/1.1\r\nHost: a\r\n", "CONNECT a:1 HTTP/1.0\r\n", "OPTIONS http://a HTTP/1.1\r\nHost: b\r\n",
        "GET http://[::1]:8/x HTTP/1.0\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 101\r\n", "\r\n", "1\r\nx\r\n", "f;a=b\r\n"};
    private static final String[] LINES = {"Host: [::1]:80\r\n", "Connection: a, TE,\r\n", "connection: close , cookie\r\n", "TE: trailers\r\n", "Upgrade: x\r\n",
        "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n", "Keep-Alive: 1\r\n", "A:\r\n", "Cookie:\tb\r\n", "\r\n", "7\r\n", "0\r\n", "a;b=\"c\"\r\n"};

    @ParameterizedTest
    @ValueSource(longs = {6, 20261128})
    void anyOctetsAreReadOrRefused(long seed) {
        RandomGenerator seeded = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int heads = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] octets = octets(seeded);
            try {
                heads += requests(octets, seeded);
                heads += responses(octets, seeded);
                chunks(octets, seeded);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + Heads.text(octets), e);
            }
        }
        assertThat(heads).as("some of it is accepted").isGreaterThan(ROUNDS / 20);
    }

    private static byte[] octets(RandomGenerator random) {
        StringBuilder text = new StringBuilder(START_LINES[random.nextInt(START_LINES.length)]);
        for (int i = random.nextInt(10); i > 0; i--) {
            text.append(LINES[random.nextInt(LINES.length)]);
        }
        text.append("\r\n").append(LINES[random.nextInt(LINES.length)]);
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 2 -> text.insert(at, "a".repeat(random.nextInt(300)));
                case 3 -> text.deleteCharAt(at);
                default -> text.insert(at, LINES[random.nextInt(LINES.length)]);
            }
        }
        return Heads.octets(text.toString());
    }

    private static int requests(byte[] octets, RandomGenerator random) {
        HeadParser<RequestHead> parser = HeadParser.ofRequests(SMALL);
        int heads = 0;
        ByteBuf in = Unpooled.buffer();
        for (int from = 0; from < octets.length;) {
            from += more(octets, from, in, random);
            for (Progress progress = feed(parser, in); progress == Progress.HEAD; progress = feed(parser, in)) {
                RequestHead head = parser.head();
                heads++;
                head.host();
                assertThat(head.requestTarget().form()).isEqualTo(head.targetForm());
                if (head.targetForm() != RequestTarget.Form.AUTHORITY) {
                    for (Forwarding forwarding : new Forwarding[] {Forwarding.KEEP, Forwarding.CLOSE, Forwarding.UPGRADE}) {
                        assertForwardedTwiceIsForwardedOnce(forwarding, head);
                    }
                }
            }
        }
        assertThat(in.refCnt()).isEqualTo(1);
        return heads;
    }

    /** What leaves for an origin is itself a sound request of the same meaning, and nothing is left to change. */
    private static void assertForwardedTwiceIsForwardedOnce(Forwarding forwarding, RequestHead head) {
        String once = Heads.text(forwarding.of(head));
        RequestHead again = Heads.request(once);
        assertThat(Heads.text(forwarding.of(again))).isEqualTo(once);
        assertThat(again.method()).isEqualTo(head.method());
        assertThat(Framing.ofRequest(again)).isEqualTo(Framing.ofRequest(head));
    }

    private static int responses(byte[] octets, RandomGenerator random) {
        HeadParser<ResponseHead> parser = HeadParser.ofResponses(SMALL);
        int heads = 0;
        ByteBuf in = Unpooled.buffer();
        for (int from = 0; from < octets.length;) {
            from += more(octets, from, in, random);
            for (Progress progress = feed(parser, in); progress == Progress.HEAD; progress = feed(parser, in)) {
                heads++;
                String once = Heads.text(Forwarding.CLOSE.of(parser.head()));
                assertThat(Heads.text(Forwarding.CLOSE.of(Heads.response(once)))).isEqualTo(once);
            }
        }
        assertThat(in.refCnt()).isEqualTo(1);
        return heads;
    }

    private static void chunks(byte[] octets, RandomGenerator random) {
        BodyScanner body = new BodyScanner(SMALL);
        body.begin(Framing.CHUNKED);
        ByteBuf in = Unpooled.buffer();
        long belonging = 0;
        for (int from = 0; from < octets.length;) {
            from += more(octets, from, in, random);
            int readable = in.readableBytes();
            int taken = body.scan(in, ContentSink.NONE);
            belonging += taken;
            assertThat(taken).isBetween(0, readable);
            assertThat(taken == readable || body.isComplete() || body.isMalformed()).isTrue();
            in.skipBytes(taken);
        }
        assertThat(body.bodyOctets()).isEqualTo(belonging);
        assertThat(body.contentOctets()).isLessThanOrEqualTo(belonging);
        assertThat(in.refCnt()).isEqualTo(1);
    }

    private static <H extends Head> Progress feed(HeadParser<H> parser, ByteBuf in) {
        int before = in.readerIndex();
        Progress progress = parser.feed(in);
        assertThat(in.readerIndex()).isGreaterThanOrEqualTo(before);
        assertThat(progress != Progress.NEED_MORE || !in.isReadable()).as("all is consumed while more is needed").isTrue();
        assertThat(progress != Progress.HEAD || in.readerIndex() > before).as("a head has octets").isTrue();
        return progress;
    }

    private static int more(byte[] octets, int from, ByteBuf in, RandomGenerator random) {
        int length = Math.min(octets.length - from, 1 + random.nextInt(60));
        in.writeBytes(octets, from, length);
        return length;
    }
}
