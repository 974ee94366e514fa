package dev.plumbline.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.TcpOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SynOptionsTest {
    /** As Linux sends them: MSS 1460, SACK permitted, timestamps, a no-operation, window scale 7. */
    private static final byte[] LINUX = HexFormat.of().parseHex("020405b40402080a000000010000000001030307");

    @Test
    void whatLinuxOffersIsRead() {
        assertThat(read(LINUX, LINUX.length)).isEqualTo(new TcpOptions(1460, 7, true, true, true));
    }

    @Test
    void noOptionsAreNothingOffered() {
        assertThat(read(new byte[0], 0)).isEqualTo(TcpOptions.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "03030f00, -1, 14", "0303ff00, -1, 14", "03030e00, -1, 14", "03030000, -1, 0", "0204ffff, 65535, -1",
        "0003030701, -1, -1", "0203ff03030701, -1, 7", "0200030307, -1, -1", "02ff030307, -1, -1", "020105b4, -1, -1", "fe0403030701, -1, -1", "fe04000003030501, -1, 5",
    })
    void scalesAreBoundedAndWhatContradictsItselfEndsTheList(String hex, int mss, int scale) {
        byte[] options = HexFormat.of().parseHex(hex);
        assertThat(read(options, options.length)).isEqualTo(new TcpOptions(mss, scale, false, false, true));
    }

    @Test
    void whatWasCutIsLabelledAtEveryLength() {
        for (int captured = 0; captured < LINUX.length; captured++) {
            TcpOptions cut = read(Arrays.copyOf(LINUX, captured), LINUX.length);
            assertThat(cut.whole()).as("cut at %d", captured).isFalse();
            assertThat(cut.mss()).as("cut at %d", captured).isEqualTo(captured < 4 ? -1 : 1460);
            assertThat(cut.windowScale()).as("cut at %d", captured).isEqualTo(-1);
        }
    }

    @Test
    void noOctetsMakeItThrow() {
        Random random = new Random(1);
        byte[] noise = new byte[40];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(noise);
            noise[random.nextInt(40)] = (byte) random.nextInt(9);
            assertThat(read(noise, 40).windowScale()).isBetween(-1, 14);
        }
    }

    private static TcpOptions read(byte[] captured, int length) {
        ByteBuffer frame = ByteBuffer.allocate(captured.length + 5);
        frame.put(5, captured);
        return SynOptions.read(frame, 5, length, 5 + captured.length);
    }
}
