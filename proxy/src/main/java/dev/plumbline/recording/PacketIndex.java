package dev.plumbline.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Reads {@code packets.idx}, also while it grows: what counts are the whole records there were when it was opened. A torn
 * last record, as a crash can leave it, is not there.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: one buffer of {@value #RECORDS} records, however long the file.
 */
final class PacketIndex implements AutoCloseable {
    static final int RECORDS = 4096;
    private final FileChannel channel;
    private final long count;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECORDS * PacketRecord.LENGTH);

    /** Which records are worth the reading. */
    @FunctionalInterface
    interface Wanted {
        /** @param at where the record begins in {@code records} */
        boolean isWanted(ByteBuffer records, int at);
    }

    PacketIndex(Path file) {
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new RecordingException("packets.idx: cannot read " + file + ": " + PrivateFiles.reason(e), e);
        }
        try {
            count = checkedCount();
        } catch (RecordingException e) {
            closeQuietly();
            throw e;
        }
    }

    long count() {
        return count;
    }

    Optional<PacketRow> packet(long number) {
        if (number > count) {
            return Optional.empty();
        }
        read(number, 1);
        return PacketRecord.isPresent(buffer, 0) ? Optional.of(PacketRecord.read(number, buffer, 0)) : Optional.empty();
    }

    /** Packets from {@code first} to {@code last}, both included, as far as there are any. {@code each} may ask this index again. */
    void scan(long first, long last, Wanted wanted, Consumer<PacketRow> each) {
        scan(first, last, wanted, each, hole -> { });
    }

    /** @param lost takes the numbers of the packets whose records are missing, in order with the others */
    void scan(long first, long last, Wanted wanted, Consumer<PacketRow> each, LongConsumer lost) {
        long end = Math.min(last, count);
        List<PacketRow> found = new ArrayList<>();
        BitSet holes = new BitSet();
        for (long from = Math.max(1, first); from <= end; from += RECORDS) {
            int records = (int) Math.min(RECORDS, end - from + 1);
            read(from, records);
            for (int i = 0; i < records; i++) {
                int at = i * PacketRecord.LENGTH;
                if (!PacketRecord.isPresent(buffer, at)) {
                    holes.set(i);
                } else if (wanted.isWanted(buffer, at)) {
                    found.add(PacketRecord.read(from + i, buffer, at));
                }
            }
            inOrder(from, found, each, holes, lost);
            found.clear();
            holes.clear();
        }
    }

    private static void inOrder(long from, List<PacketRow> found, Consumer<PacketRow> each, BitSet holes, LongConsumer lost) {
        int hole = holes.nextSetBit(0);
        for (PacketRow packet : found) {
            for (; hole >= 0 && from + hole < packet.id().number(); hole = holes.nextSetBit(hole + 1)) {
                lost.accept(from + hole);
            }
            each.accept(packet);
        }
        for (; hole >= 0; hole = holes.nextSetBit(hole + 1)) {
            lost.accept(from + hole);
        }
    }

    /** The first packet from {@code first} to {@code last}, both included, that is worth the reading and accepted. */
    Optional<PacketRow> first(long first, long last, Wanted wanted, Predicate<PacketRow> accepted) {
        long end = Math.min(last, count);
        for (long from = Math.max(1, first); from <= end; from += RECORDS) {
            int records = (int) Math.min(RECORDS, end - from + 1);
            read(from, records);
            for (int i = 0; i < records; i++) {
                int at = i * PacketRecord.LENGTH;
                if (PacketRecord.isPresent(buffer, at) && wanted.isWanted(buffer, at)) {
                    PacketRow packet = PacketRecord.read(from + i, buffer, at);
                    if (accepted.test(packet)) {
                        return Optional.of(packet);
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        closeQuietly();
    }

    private long checkedCount() {
        try {
            long length = channel.size();
            if (length < PacketRecord.HEADER_LENGTH) {
                return 0;
            }
            buffer.limit(16);
            readAll(0);
            if (buffer.getLong(0) != PacketRecord.MAGIC || buffer.getInt(12) != PacketRecord.LENGTH) {
                throw new RecordingException("packets.idx: not a packet index");
            }
            if (buffer.getInt(8) != PacketRecord.VERSION) {
                throw new RecordingException("packets.idx: version " + buffer.getInt(8) + " (expected: " + PacketRecord.VERSION + ")");
            }
            return (length - PacketRecord.HEADER_LENGTH) / PacketRecord.LENGTH;
        } catch (IOException e) {
            throw new RecordingException("packets.idx: " + PrivateFiles.reason(e), e);
        }
    }

    private void read(long first, int records) {
        buffer.clear().limit(records * PacketRecord.LENGTH);
        try {
            readAll(PacketRecord.positionOf(first));
        } catch (IOException e) {
            throw new RecordingException("packets.idx: " + PrivateFiles.reason(e), e);
        }
    }

    private void readAll(long at) throws IOException {
        while (buffer.hasRemaining()) {
            int n = channel.read(buffer, at + buffer.position());
            if (n < 0) {
                throw new IOException("shorter than it was when opened");
            }
        }
        buffer.flip();
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new RecordingException("packets.idx: " + PrivateFiles.reason(e), e);
        }
    }
}
