package dev.plumbline.export.pcapng;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.export.FakeRecording;
import dev.plumbline.export.Story;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.export.frames.Scope;
import dev.plumbline.recording.SecretRow;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.PacketId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PcapngWriterTest {
    /** A block as read back. */
    private record Block(int type, byte[] body) {
        int u32(int at) {
            return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
        }

        /** Values of an option, the options beginning at {@code from}. */
        List<byte[]> options(int from, int wanted) {
            ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).position(from);
            List<byte[]> found = new ArrayList<>();
            while (in.remaining() >= 4) {
                int code = in.getShort() & 0xffff;
                byte[] value = new byte[in.getShort() & 0xffff];
                in.get(value);
                in.position(in.position() + (4 - value.length % 4) % 4);
                if (code == 0) {
                    break;
                }
                if (code == wanted) {
                    found.add(value);
                }
            }
            return found;
        }
    }

    @Test
    void blocksComeInTheOrderReadersNeed() throws IOException {
        Story story = Story.oneGet();
        story.recording.secrets.add(new SecretRow(new ConnectionId(1), "CLIENT_RANDOM 00 01", 0));
        story.recording.secrets.add(new SecretRow(new ConnectionId(2), "CLIENT_RANDOM 02 03", 0));
        List<Block> blocks = written(story.recording, true);
        List<Integer> types = blocks.stream().map(Block::type).toList();
        assertThat(types.subList(0, 4)).containsExactly(0x0A0D0D0A, 1, 0x0A, 6);
        assertThat(types.subList(3, types.size() - 1)).containsOnly(6).hasSize(story.recording.packets.size());
        assertThat(types.get(types.size() - 1)).isEqualTo(5);
        Block secrets = blocks.get(2);
        String text = "CLIENT_RANDOM 00 01\nCLIENT_RANDOM 02 03\n";
        assertThat(secrets.u32(0)).isEqualTo(0x544C534B);
        assertThat(secrets.u32(4)).isEqualTo(text.length());
        assertThat(new String(secrets.body(), 8, text.length(), StandardCharsets.US_ASCII)).isEqualTo(text);
    }

    @Test
    void packetsAreAsTheyWereCapturedWithTheirIdAndNanoseconds() throws IOException {
        Story story = Story.oneGet();
        List<Block> packets = written(story.recording, false).stream().filter(b -> b.type() == 6).toList();
        for (int i = 0; i < packets.size(); i++) {
            Block block = packets.get(i);
            byte[] frame = story.recording.frames.get(new PacketId(i + 1));
            assertThat((long) block.u32(4) << 32 | block.u32(8) & 0xffff_ffffL).isEqualTo(story.recording.packets.get(i).at());
            assertThat(block.u32(12)).isEqualTo(frame.length);
            assertThat(java.util.Arrays.copyOfRange(block.body(), 20, 20 + frame.length)).isEqualTo(frame);
            byte[] id = block.options(20 + (frame.length + 3 & ~3), 5).get(0);
            assertThat(ByteBuffer.wrap(id).order(ByteOrder.LITTLE_ENDIAN).getLong()).isEqualTo(i + 1);
        }
    }

    @Test
    void theInterfaceSaysItsFilterWithALeadingZeroOctetAndNanosecondResolution() throws IOException {
        Block block = written(Story.oneGet().recording, false).get(1);
        assertThat(block.options(8, 2).get(0)).isEqualTo("lo".getBytes(StandardCharsets.UTF_8));
        assertThat(block.options(8, 9).get(0)).containsExactly(9);
        assertThat(block.options(8, 11).get(0)).isEqualTo("\0tcp".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void dropsAreInTheStatisticsAndWhatWasNotCountedIsLeftOut() throws IOException {
        Story story = new Story().capture(3, "eth0", 1, 100);
        story.flow(1, 1, 3, "127.0.0.1:1", "127.0.0.1:2", 1).syn();
        Block block = last(written(story.recording, false));
        assertThat(number(block.options(12, 6).get(0))).isEqualTo(103);
        assertThat(number(block.options(12, 7).get(0))).isEqualTo(3);
        var row = story.recording.interfaces.get(0);
        story.recording.interfaces.set(0, new dev.plumbline.recording.InterfaceRow(3, "eth0", 1, 100, "", row.openedAt(), -1, "", -1, -1, -1));
        Block open = last(written(story.recording, false));
        assertThat(open.options(12, 6)).isEmpty();
        assertThat(open.options(12, 7)).isEmpty();
        assertThat(open.options(12, 3)).isEmpty();
    }

    @Test
    void eachMessageOnAPacketHasItsCommentAndARepeatSaysSo() {
        Story story = Story.oneGet();
        FrameNumbers frames = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        Comments comments = Comments.of(story.recording, frames, Progress.NONE);
        StringBuilder all = new StringBuilder();
        for (int frame = 1; frame <= frames.count(); frame++) {
            if (!comments.on(frame).isEmpty()) {
                all.append(frame).append(' ').append(comments.on(frame)).append('\n');
            }
        }
        assertThat(all).hasToString("""
                4 [c1.1 request client]
                8 [c1.1 request server]
                9 [c1.1 response server]
                10 [c1.1 response server]
                11 [c1.1 response server (again)]
                12 [c1.1 response client]
                """);
    }

    @Test
    void framesThatCannotBeReadAreNamed() throws IOException {
        Story story = Story.oneGet();
        story.recording.frames.remove(new PacketId(5));
        FrameNumbers frames = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        Written written = new PcapngWriter(story.recording, frames, Channels.newChannel(new ByteArrayOutputStream()))
                .write("x", "y", Optional.empty(), Comments.none(frames), Progress.NONE);
        assertThat(written.missing()).containsExactly(5L);
    }

    @Test
    void aClassicPcapOfDifferentLinkTypesHoldsRawIp() throws IOException {
        Story story = new Story().capture(0, "eth0", 1, 100).capture(1, "tun0", 101, 200);
        story.flow(1, 1, 0, "127.0.0.1:1", "127.0.0.1:2", 1).data(Heading.TO_SERVER, "abc");
        PacketId raw = story.flow(2, 1, 1, "[::1]:1", "[::1]:2", 2).syn();
        byte[] frame = story.recording.frames.get(raw);
        story.recording.frames.put(raw, java.util.Arrays.copyOfRange(frame, 14, frame.length));
        FrameNumbers frames = FrameNumbers.of(story.recording, Scope.ours(story.recording), Progress.NONE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PcapWriter writer = new PcapWriter(story.recording, frames, Channels.newChannel(out));
        assertThat(writer.isRawIp()).isTrue();
        assertThat(writer.write(Progress.NONE).packets()).isEqualTo(2);
        ByteBuffer in = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(in.getInt(0)).isEqualTo(0xA1B23C4D);
        assertThat(in.getInt(20)).isEqualTo(101);
        assertThat(in.getInt(24)).isEqualTo((int) (Story.START / 1_000_000_000));
        assertThat(in.getInt(28)).isEqualTo((int) (Story.START % 1_000_000_000));
        assertThat(in.getInt(32)).isEqualTo(43);
        assertThat(in.get(40)).isEqualTo((byte) 0x45);
        assertThat(in.get(40 + 43 + 16)).isEqualTo((byte) 0x60);
    }

    @Test
    void linkHeadersAreMeasuredUpToTheIpPacket() {
        assertThat(LinkHeader.length(1, frame("000000000000000000000000" + "0800" + "45"))).isEqualTo(14);
        assertThat(LinkHeader.length(1, frame("000000000000000000000000" + "88a80001" + "81000002" + "86dd" + "60"))).isEqualTo(22);
        assertThat(LinkHeader.length(1, frame("000000000000000000000000" + "0806" + "45"))).isEqualTo(-1);
        assertThat(LinkHeader.length(113, frame("0000000000000000000000000000" + "0800" + "45"))).isEqualTo(16);
        assertThat(LinkHeader.length(276, frame("0800" + "000000000000000000000000000000000000" + "45"))).isEqualTo(20);
        assertThat(LinkHeader.length(0, frame("02000000" + "45"))).isEqualTo(4);
        assertThat(LinkHeader.length(1, frame("0000"))).isEqualTo(-1);
        assertThat(LinkHeader.length(147, frame("45"))).isEqualTo(-1);
    }

    private static ByteBuffer frame(String hex) {
        return ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex));
    }

    private static long number(byte[] octets) {
        return ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static Block last(List<Block> blocks) {
        return blocks.get(blocks.size() - 1);
    }

    private static List<Block> written(FakeRecording recording, boolean secrets) throws IOException {
        Scope scope = Scope.ours(recording);
        FrameNumbers frames = FrameNumbers.of(recording, scope, Progress.NONE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PcapngWriter(recording, frames, Channels.newChannel(out))
                .write("Plumbline", "note", secrets ? Optional.of(scope) : Optional.empty(), Comments.of(recording, frames, Progress.NONE), Progress.NONE);
        ByteBuffer in = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Block> blocks = new ArrayList<>();
        while (in.hasRemaining()) {
            int type = in.getInt();
            int length = in.getInt();
            assertThat(length % 4).isZero();
            byte[] body = new byte[length - 12];
            in.get(body);
            assertThat(in.getInt()).isEqualTo(length);
            blocks.add(new Block(type, body));
        }
        return blocks;
    }
}
