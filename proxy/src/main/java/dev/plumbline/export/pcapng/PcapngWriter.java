package dev.plumbline.export.pcapng;

import static dev.plumbline.export.pcapng.BlockBuffer.optionLength;
import static dev.plumbline.export.pcapng.BlockBuffer.padded;
import static dev.plumbline.export.pcapng.BlockBuffer.utf8;

import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.export.frames.Scope;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a pcapng file.
 *
 * <p>Owned by: the exporting thread.
 * <p>Units: timestamps in nanoseconds since 1970 ({@code if_tsresol} 9).
 * <p>Limits: one buffer of 1 MiB and the largest frame, however long the recording.
 * <p>Source: draft-ietf-opsawg-pcapng.
 */
public final class PcapngWriter {
    private static final int SECTION = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int SECRETS = 0x0A;
    private static final int TLS_KEY_LOG = 0x544C534B;
    private static final int COMMENT = 1;
    private static final int SECRETS_CHUNK = 256 << 10;

    private final Recording recording;
    private final FrameNumbers frames;
    private final Interfaces interfaces;
    private final BlockBuffer out;

    public PcapngWriter(Recording recording, FrameNumbers frames, WritableByteChannel channel) {
        this.recording = recording;
        this.frames = frames;
        this.interfaces = Interfaces.of(recording, frames);
        this.out = new BlockBuffer(channel);
    }

    /**
     * Writes the whole file.
     *
     * @param application who writes it
     * @param note a line on what the file is, for whoever opens it
     * @param secrets whose secrets go in; empty for none
     */
    public Written write(String application, String note, Optional<Scope> secrets, Comments comments, Progress progress) throws IOException {
        section(application, note);
        for (InterfaceRow row : interfaces.rows()) {
            describe(row);
        }
        long lines = secrets.isPresent() ? secrets(secrets.get()) : 0;
        List<Long> missing = packets(comments, progress);
        for (int i = 0; i < interfaces.rows().size(); i++) {
            statistics(i, interfaces.rows().get(i));
        }
        out.flush();
        return new Written(frames.count() - missing.size(), lines, missing, 0);
    }

    /** Whether libpcap, and so tcpdump, reads such a file to its end: it wants one link type and one snap length. */
    public boolean isReadByTcpdump() {
        return interfaces.haveOneLinkType() && interfaces.haveOneSnapLength();
    }

    private void section(String application, String note) throws IOException {
        byte[] name = utf8(application);
        byte[] comment = utf8(note);
        int length = 28 + optionLength(comment.length) + optionLength(name.length) + 4;
        out.room(length);
        out.u32(SECTION).u32(length).u32(BYTE_ORDER_MAGIC).u16(1).u16(0).u64(-1)
                .option(COMMENT, comment).option(4, name).u32(0).u32(length);
    }

    private void describe(InterfaceRow row) throws IOException {
        byte[] name = utf8(row.name());
        byte[] text = utf8(row.filter());
        // if_filter begins with an octet that says what kind of filter follows; 0 is pcap-filter(7).
        byte[] filter = new byte[text.length + 1];
        System.arraycopy(text, 0, filter, 1, text.length);
        int length = 20 + optionLength(name.length) + optionLength(1) + (text.length > 0 ? optionLength(filter.length) : 0) + 4;
        out.room(length);
        out.u32(INTERFACE).u32(length).u16(row.linkType()).u16(0).u32(row.snapLength())
                .option(2, name).option(9, new byte[] {9});
        if (text.length > 0) {
            out.option(11, filter);
        }
        out.u32(0).u32(length);
    }

    /** All secrets before any packet: Wireshark takes keys only from what it has read when it needs them. */
    private long secrets(Scope scope) throws IOException {
        StringBuilder text = new StringBuilder();
        long[] lines = {0};
        recording.secrets(secret -> {
            if (scope.takes(secret.connection())) {
                text.append(secret.line()).append('\n');
                lines[0]++;
                if (text.length() >= SECRETS_CHUNK) {
                    unchecked(() -> secretsBlock(text));
                }
            }
        });
        if (text.length() > 0) {
            secretsBlock(text);
        }
        return lines[0];
    }

    private void secretsBlock(StringBuilder text) throws IOException {
        byte[] octets = utf8(text.toString());
        text.setLength(0);
        int length = 20 + padded(octets.length);
        out.room(length);
        out.u32(SECRETS).u32(length).u32(TLS_KEY_LOG).u32(octets.length).octets(octets).pad(octets.length).u32(length);
    }

    private List<Long> packets(Comments comments, Progress progress) {
        FrameReader reader = new FrameReader(recording);
        List<Long> missing = new ArrayList<>();
        int[] frame = {0};
        frames.forEach(row -> {
            int number = ++frame[0];
            Optional<ByteBuffer> octets = reader.read(row);
            if (octets.isEmpty()) {
                missing.add(row.id().number());
            } else {
                unchecked(() -> packet(row, octets.get(), comments.on(number)));
            }
            if ((number & 0xfff) == 0 || number == frames.count()) {
                progress.at("pcapng", number, frames.count());
            }
        });
        return missing;
    }

    private void packet(PacketRow row, ByteBuffer octets, List<String> comments) throws IOException {
        int captured = octets.remaining();
        List<byte[]> texts = comments.isEmpty() ? List.of() : comments.stream().map(BlockBuffer::utf8).toList();
        int options = optionLength(8) + 4;
        for (byte[] text : texts) {
            options += optionLength(text.length);
        }
        int length = 32 + padded(captured) + options;
        out.room(length);
        out.u32(PACKET).u32(length).u32(interfaces.indexOf(row.capture())).u32((int) (row.at() >>> 32)).u32((int) row.at())
                .u32(captured).u32(row.frameLength()).octets(octets).pad(captured);
        for (byte[] text : texts) {
            out.option(COMMENT, text);
        }
        out.u16(5).u16(8).u64(row.id().number()).u32(0).u32(length);
    }

    /** isb_filteraccept, isb_osdrop, isb_ifdrop: how complete the capture was. What was not counted is left out. */
    private void statistics(int index, InterfaceRow row) throws IOException {
        byte[] comment = utf8("counts of the whole capture, not of this file alone");
        int counts = (row.received() >= 0 ? 12 : 0) + (row.dropped() >= 0 ? 12 : 0) + (row.droppedByInterface() >= 0 ? 12 : 0);
        long at = row.closedAt() >= 0 ? row.closedAt() : row.openedAt();
        int times = 12 + (row.closedAt() >= 0 ? 12 : 0);
        int length = 24 + optionLength(comment.length) + times + counts + 4;
        out.room(length);
        out.u32(STATISTICS).u32(length).u32(index).u32((int) (at >>> 32)).u32((int) at).option(COMMENT, comment);
        time(2, row.openedAt());
        if (row.closedAt() >= 0) {
            time(3, row.closedAt());
        }
        count(5, row.droppedByInterface());
        count(6, row.received());
        count(7, row.dropped());
        out.u32(0).u32(length);
    }

    private void time(int code, long at) {
        out.u16(code).u16(8).u32((int) (at >>> 32)).u32((int) at);
    }

    private void count(int code, long value) {
        if (value >= 0) {
            out.u16(code).u16(8).u64(value);
        }
    }

    /** Something that does I/O inside a callback that may not throw it. */
    @FunctionalInterface
    interface Io {
        void run() throws IOException;
    }

    static void unchecked(Io io) {
        try {
            io.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
