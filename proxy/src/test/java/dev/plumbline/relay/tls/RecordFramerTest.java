package dev.plumbline.relay.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFramerTest {
    private static final long START = 1L << 33;

    private static void feed(RecordFramer framer, byte[] octets, int from, int to, List<String> found) {
        int at = from;
        while (at < to) {
            at += framer.advance(Unpooled.wrappedBuffer(octets), at, to - at);
            if (framer.isComplete()) {
                found.add(framer.type() + ":" + framer.start() + "-" + framer.offset());
            }
        }
    }

    @Test
    void recordsAreFoundHoweverTheStreamIsCut() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 300; round++) {
            ByteBuf wire = Unpooled.buffer();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int type = 20 + random.nextInt(5);
                int length = random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(40);
                expected.add(type + ":" + (START + wire.writerIndex()) + "-"
                        + (START + wire.writerIndex() + 5 + length));
                wire.writeByte(type).writeShort(0x0303).writeShort(length).writeZero(length);
            }
            byte[] octets = new byte[wire.readableBytes()];
            wire.readBytes(octets);
            RecordFramer framer = new RecordFramer(START);
            List<String> found = new ArrayList<>();
            int most = 1 + random.nextInt(octets.length);
            for (int at = 0; at < octets.length;) {
                int to = Math.min(octets.length, at + 1 + random.nextInt(most));
                feed(framer, octets, at, to, found);
                at = to;
            }
            assertThat(found).isEqualTo(expected);
            assertThat(framer.offset()).isEqualTo(START + octets.length);
            assertThat(framer.isInsideRecord()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "19, 3, 10, true", "20, 3, 10, false", "24, 3, 10, false", "25, 3, 10, true",
        "23, 2, 10, true", "23, 4, 10, true",
        "23, 3, 18431, false", "23, 3, 18432, false", "23, 3, 18433, true",
    })
    void headersThatCannotBeOnesAreTold(int type, int major, int length, boolean lost) {
        byte[] header = {(byte) type, (byte) major, 3, (byte) (length >> 8), (byte) length};
        RecordFramer framer = new RecordFramer(0);
        for (int i = 0; i < 4; i++) {
            framer.advance(Unpooled.wrappedBuffer(header), i, 1);
            assertThat(framer.isInsideRecord()).isTrue();
        }
        framer.advance(Unpooled.wrappedBuffer(header), 4, 1);
        assertThat(framer.isLost()).isEqualTo(lost);
    }
}
