package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.relay.tls.ClientHelloPeek.Found;
import dev.plumbline.relay.tls.ClientHelloPeek.Incomplete;
import dev.plumbline.relay.tls.ClientHelloPeek.Invalid;
import dev.plumbline.relay.tls.ClientHelloPeek.NotTls;
import dev.plumbline.relay.tls.ClientHelloPeek.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloPeekTest {
    private static final String RANDOM_HEX = "00".repeat(31) + "2a";

    /** A hello of our own making: everything but extensions is fixed. */
    private static byte[] message(byte[] extensions) {
        ByteBuf body = Unpooled.buffer();
        body.writeShort(0x0303).writeZero(31).writeByte(0x2a).writeByte(0);
        body.writeShort(4).writeShort(0x1301).writeShort(0xc02b).writeByte(1).writeByte(0);
        if (extensions != null) {
            body.writeShort(extensions.length).writeBytes(extensions);
        }
        ByteBuf all = Unpooled.buffer();
        all.writeByte(1).writeMedium(body.readableBytes()).writeBytes(body);
        return octets(all);
    }

    private static byte[] extension(int type, byte[] content) {
        return octets(Unpooled.buffer().writeShort(type).writeShort(content.length).writeBytes(content));
    }

    private static byte[] serverName(String name) {
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        return extension(0, octets(Unpooled.buffer().writeShort(text.length + 3).writeByte(0)
                .writeShort(text.length).writeBytes(text)));
    }

    private static byte[] records(byte[] message, int fragment) {
        ByteBuf all = Unpooled.buffer();
        for (int at = 0; at < message.length; at += fragment) {
            int count = Math.min(fragment, message.length - at);
            all.writeByte(22).writeShort(0x0301).writeShort(count).writeBytes(message, at, count);
        }
        return octets(all);
    }

    private static byte[] octets(ByteBuf buffer) {
        byte[] octets = new byte[buffer.readableBytes()];
        buffer.readBytes(octets);
        return octets;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static final byte[] TYPICAL = message(join(serverName("wild_underscore.example.com"),
            extension(16, new byte[] {0, 12, 2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'}),
            extension(43, new byte[] {4, 3, 4, 3, 3})));

    private static Result inspect(byte[] octets) {
        return new ClientHelloPeek().inspect(Unpooled.wrappedBuffer(octets));
    }

    private static void assertTypical(Result result) {
        assertThat(result).isEqualTo(new Found(new ClientHello(0x0303, RANDOM_HEX, List.of(0x1301, 0xc02b),
                Optional.of("wild_underscore.example.com"), List.of("h2", "http/1.1"), List.of(0x0304, 0x0303))));
    }

    @Test
    void aHelloIsReadWhole() {
        assertTypical(inspect(records(TYPICAL, 16384)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 16384})
    void aHelloIsReadOctetByOctetHoweverManyRecordsItHas(int fragment) {
        byte[] wire = records(TYPICAL, fragment);
        ClientHelloPeek peek = new ClientHelloPeek();
        for (int length = 0; length < wire.length; length++) {
            assertThat(peek.inspect(Unpooled.wrappedBuffer(wire, 0, length))).isInstanceOf(Incomplete.class);
        }
        assertTypical(peek.inspect(Unpooled.wrappedBuffer(wire)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16384})
    void aHelloIsReadAtEverySplitPoint(int fragment) {
        byte[] wire = records(TYPICAL, fragment);
        for (int split = 1; split < wire.length; split++) {
            ClientHelloPeek peek = new ClientHelloPeek();
            peek.inspect(Unpooled.wrappedBuffer(wire, 0, split));
            ByteBuf all = Unpooled.buffer().writeZero(5).writeBytes(wire).skipBytes(5);
            assertTypical(peek.inspect(all));
            assertThat(all.readerIndex()).isEqualTo(5);
        }
    }

    @Test
    void whatFollowsTheHelloDoesNotMatter() {
        assertTypical(inspect(join(records(TYPICAL, 100), "\0early data".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aRealClientIsUnderstood() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("www.example.com", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        engine.setSSLParameters(parameters);
        java.nio.ByteBuffer wire = java.nio.ByteBuffer.allocate(32768);
        engine.wrap(java.nio.ByteBuffer.allocate(0), wire);
        Result result = new ClientHelloPeek().inspect(Unpooled.wrappedBuffer(wire.flip()));
        assertThat(result).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.hello().serverName()).contains("www.example.com");
            assertThat(found.hello().alpn()).containsExactly("http/1.1");
            assertThat(found.hello().supportedVersions()).contains(0x0304);
            assertThat(found.hello().random()).hasSize(64);
        });
    }

    @Test
    void aHelloWithoutExtensionsNamesNothing() {
        assertThat(inspect(records(message(null), 16384))).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.hello().serverName()).isEmpty();
            assertThat(found.hello().alpn()).isEmpty();
            assertThat(found.hello().supportedVersions()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "SSH-2.0-x", "\u0016\u0001", "\u0016\u0003\u0009", "\0"})
    void otherProtocolsAreToldByTheirFirstOctets(String text) {
        assertThat(inspect(text.getBytes(StandardCharsets.ISO_8859_1))).isInstanceOf(NotTls.class);
    }

    @Test
    void theAnswerStaysWhatItWas() {
        ClientHelloPeek peek = new ClientHelloPeek();
        assertThat(peek.inspect(Unpooled.wrappedBuffer(new byte[] {'G'}))).isInstanceOf(NotTls.class);
        assertThat(peek.inspect(Unpooled.wrappedBuffer(records(TYPICAL, 16384)))).isInstanceOf(NotTls.class);
    }

    @Test
    void brokenHellosAreInvalidAndSayWhere() {
        byte[] lyingExtension = message(new byte[] {0, 0, 0, 9, 0});
        assertThat(inspect(records(lyingExtension, 16384)))
                .isEqualTo(new Invalid("extension of 9 octets (expected: at most 1)"));
        assertThat(inspect(new byte[] {22, 3, 1, 0, 0})).isInstanceOf(Invalid.class);
        assertThat(inspect(new byte[] {22, 3, 1, 0x40, 1})).isInstanceOf(Invalid.class);
        assertThat(inspect(new byte[] {22, 3, 1, 0, 4, 2})).isInstanceOf(Invalid.class);
        assertThat(inspect(new byte[] {22, 3, 1, 0, 1, 1, 23})).isInstanceOf(Invalid.class);
    }

    @Test
    void theSizeLimitIsExact() {
        int fixed = message(new byte[0]).length - 4;
        byte[] most = message(extension(99, new byte[ClientHelloPeek.MAX_OCTETS - fixed - 4]));
        assertThat(inspect(records(most, 16384))).isInstanceOf(Found.class);
        byte[] tooLarge = {22, 3, 1, 0, 4, 1, 1, 0, 1};
        assertThat(inspect(tooLarge)).isEqualTo(
                new Invalid("ClientHello of 65537 octets (expected: at most 65536)"));
        byte[] stillAllowed = {22, 3, 1, 0, 4, 1, 1, 0, 0};
        assertThat(inspect(stillAllowed)).isInstanceOf(Incomplete.class);
    }

    @Test
    void tinyRecordsWithoutEndAreGivenUp() {
        byte[] message = message(extension(99, new byte[60_000]));
        assertThat(inspect(records(message, 1))).isInstanceOf(Invalid.class);
    }

    @Test
    void noMutationThrows() {
        SplittableRandom random = new SplittableRandom(7);
        byte[] good = records(TYPICAL, 90);
        int found = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] bad = Arrays.copyOf(good, good.length - random.nextInt(3));
            for (int n = random.nextInt(4); n >= 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            ClientHelloPeek peek = new ClientHelloPeek();
            peek.inspect(Unpooled.wrappedBuffer(bad, 0, random.nextInt(bad.length)));
            found += peek.inspect(Unpooled.wrappedBuffer(bad)) instanceof Found ? 1 : 0;
        }
        assertThat(found).isBetween(1000, 29_000);
    }
}
