package dev.plumbline.relay.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A decoder that much of the world relies on, as a second opinion: what it refuses, we refuse.
 *
 * <p>Differences that are not compared: it strips whitespace off reason phrases, and takes Transfer-Encoding out of 204 and
 * 304 heads, where we keep what came or refuse it. We refuse more; {@link Fault} says what.
 */
class NettyComparisonTest {

    private static final int ROUNDS = 300;
    private static final HttpDecoderConfig CONFIG = new HttpDecoderConfig().setMaxInitialLineLength(16 << 10).setMaxHeaderSize(64 << 10);

    /** What the other decoder made of a stream; {@code refusedAt} is the index of the message it refused, or −1. */
    private record Opinion(List<String> heads, List<String> contents, int refusedAt, Throwable cause) {
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static Opinion opinion(ChannelHandler decoder, String stream, boolean headsOnly) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(Heads.octets(stream)));
        List<String> heads = new ArrayList<>();
        List<String> contents = new ArrayList<>();
        int refusedAt = -1;
        Throwable cause = null;
        for (HttpObject read = channel.readInbound(); read != null; read = channel.readInbound()) {
            if (read instanceof HttpMessage message) {
                heads.add(describe(message));
                contents.add("");
            }
            if (read instanceof HttpContent content) {
                contents.set(contents.size() - 1, contents.get(contents.size() - 1) + content.content().toString(ISO_8859_1));
            }
            boolean isJudged = !headsOnly || read instanceof HttpMessage;
            if (isJudged && read.decoderResult().isFailure() && refusedAt < 0) {
                refusedAt = heads.size() - 1;
                cause = read.decoderResult().cause();
            }
            ReferenceCountUtil.release(read);
        }
        channel.finishAndReleaseAll();
        return new Opinion(heads, contents, refusedAt, cause);
    }

    private static String describe(HttpMessage message) {
        StringBuilder text = new StringBuilder();
        if (message instanceof HttpRequest request) {
            text.append(request.method().name()).append(' ').append(request.uri());
        } else if (message instanceof HttpResponse response) {
            text.append(response.status().code()).append(' ').append(response.status().reasonPhrase());
        }
        for (Map.Entry<String, String> field : message.headers()) {
            text.append('\n').append(field.getKey()).append('=').append(field.getValue());
        }
        return text.toString();
    }

    private static String describe(String start, FieldSection fields) {
        StringBuilder text = new StringBuilder(start);
        for (int i = 0; i < fields.fieldCount(); i++) {
            text.append('\n').append(fields.name(i)).append('=').append(fields.value(i));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 20261125})
    void soundRequestsAreReadAlike(long seed) {
        RandomRequests requests = new RandomRequests(random(seed));
        for (int round = 0; round < ROUNDS; round++) {
            String stream = requests.pipeline(3);
            Opinion opinion = opinion(new HttpRequestDecoder(CONFIG), stream, false);
            Reading reading = Reading.of(stream);

            assertThat(opinion.refusedAt).as("seed %d, round %d: %s", seed, round, opinion.cause).isEqualTo(-1);
            assertThat(reading.messages()).hasSize(3);
            for (int i = 0; i < 3; i++) {
                RequestHead head = reading.request(i);
                assertThat(describe(head.method() + " " + head.target(), head)).isEqualTo(opinion.heads.get(i));
                assertThat(reading.messages().get(i).content()).isEqualTo(opinion.contents.get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 20261126, 0xfade})
    void whatNettyRefusesWeRefuseToo(long seed) {
        RandomRequests requests = new RandomRequests(random(seed));
        int refused = 0;
        for (int round = 0; round < ROUNDS * 5; round++) {
            String stream = requests.spoiled(requests.pipeline(2));
            Opinion opinion = opinion(new HttpRequestDecoder(CONFIG), stream, false);
            Reading reading = Reading.of(stream);

            if (opinion.refusedAt >= 0) {
                refused++;
                String where = "seed " + seed + ", round " + round + ": " + opinion.cause + "\n" + stream;
                assertThat(reading.malformed()).as(where).isNotNull();
                assertThat(reading.messages().size()).as(where).isLessThanOrEqualTo(opinion.refusedAt);
            }
        }
        assertThat(refused).as("refusals compared").isGreaterThan(ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 20261127, 0xcafe})
    void spoiledResponseHeadsThatNettyRefusesWeRefuseToo(long seed) {
        RandomGenerator random = random(seed);
        RandomRequests requests = new RandomRequests(random);
        int refused = 0;
        for (int round = 0; round < ROUNDS * 5; round++) {
            String request = requests.request();
            int line = request.indexOf("\r\n");
            String sound = "HTTP/1." + random.nextInt(2) + " " + (400 + random.nextInt(100)) + " Fine" + request.substring(line, request.indexOf("\r\n\r\n") + 4);
            String stream = requests.spoiled(sound);
            Opinion opinion = opinion(new HttpResponseDecoder(CONFIG), stream, true);
            HeadParser<ResponseHead> parser = HeadParser.ofResponses(Limits.DEFAULTS);
            Heads.Outcome outcome = Heads.outcome(parser, stream);
            String where = "seed " + seed + ", round " + round + ": " + opinion.cause + "\n" + stream;

            if (opinion.refusedAt == 0) {
                refused++;
                assertThat(outcome.malformed()).as(where).isNotNull();
            } else if (outcome.head() != null) {
                ResponseHead head = parser.head();
                assertThat(opinion.heads).as(where).isNotEmpty();
                assertThat(describe(head.status() + " " + head.reason().strip(), head)).as(where).isEqualTo(opinion.heads.get(0));
            }
        }
        assertThat(refused).as("refusals compared").isGreaterThan(ROUNDS);
    }
}
