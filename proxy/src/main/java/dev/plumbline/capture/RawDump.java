package dev.plumbline.capture;

import dev.plumbline.disk.BulkFile;
import dev.plumbline.fact.DiskBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The raw packets of one capture, as {@code packets/K-N.pcap}: classic pcap files with nanoseconds, any packet tool reads them.
 *
 * <pre>
 *  file     | a1b23c4d | 2 | 4 | 0 | 0 | snap length | link type |            24 octets, then records
 *  record   | seconds | nanoseconds | captured length | frame length | frame  16 octets + captured length, little-endian
 *
 *  0 ≤ written ≤ end            written: octets in the file, a whole number of records; see {@link BulkFile}
 *  end − written = waiting      they are lost when the write fails; {@link #lostFrom} then says from where on
 * </pre>
 *
 * <p>When the disk refuses, the file is cut back to its last whole record and left; after {@link #RETRY_NANOS} or more a
 * new file is tried. Nothing here throws for the disk's sake: what was not kept is said by {@link #keep} and {@link #reason}.
 *
 * <p>Frames are copied into one buffer, whatever their size: handing large ones to a gathering write was no faster (measured at 8 to 64 KiB).
 *
 * <p>Owned by: the capture thread. Units: octets. Limits: {@link #BUFFER} octets of memory; a file ends at its limit.
 * Source: draft-ietf-opsawg-pcap.
 */
final class RawDump {
    static final int HEADER = 24;
    static final int RECORD_HEADER = 16;
    static final int BUFFER = 512 << 10;
    static final long FILE_LIMIT = 256L << 20;
    /** How long to wait before a new file is tried; doubled each time it was in vain. */
    static final long RETRY_NANOS = 2_000_000_000L;
    static final long LONGEST_RETRY_NANOS = 64_000_000_000L;

    private static final int NANOSECOND_MAGIC = 0xa1b23c4d;
    /** The budget is asked for this much at a time, to spare it a call per packet. */
    private static final int GRANT = 64 << 10;

    /** How dumps are opened; tests put a failing disk here. */
    interface Opener {
        FileChannel open(Path file) throws IOException;
    }

    private final Path directory;
    private final int capture;
    private final int linkType;
    private final int snapLength;
    private final DiskBudget budget;
    private final Opener opener;
    private final LongSupplier nanoTime;
    private final long fileLimit;

    private final BulkFile dump = new BulkFile(BUFFER);
    private boolean isOpen;
    private int file = -1;
    private long granted;
    private String reason = "";
    private long retryAt;
    private long retryNanos = RETRY_NANOS;
    private int lostFile = -1;
    private long lostFrom;

    RawDump(Path directory, int capture, int linkType, int snapLength, DiskBudget budget) {
        this(directory, capture, linkType, snapLength, budget, RawDump::createOwnerOnly, System::nanoTime, FILE_LIMIT);
    }

    RawDump(
            Path directory, int capture, int linkType, int snapLength, DiskBudget budget, Opener opener, LongSupplier nanoTime, long fileLimit) {
        this.directory = directory;
        this.capture = capture;
        this.linkType = linkType;
        this.snapLength = snapLength;
        this.budget = budget;
        this.opener = opener;
        this.nanoTime = nanoTime;
        this.fileLimit = fileLimit;
    }

    /**
     * Keeps a packet. It is in the file after the next {@link #flush}, if that does not lose it.
     *
     * @param from where the frame begins in {@code frame}
     * @return where its record begins in the file that {@link #file} now says; −1 when it was not kept
     */
    long keep(long at, ByteBuffer frame, int from, int capturedLength, int frameLength) {
        int octets = RECORD_HEADER + capturedLength;
        if (!isReady(octets) || !isGranted(octets)) {
            return -1;
        }
        if (dump.buffer().remaining() < octets && !flush(false)) {
            return -1;
        }
        long position = dump.end();
        ByteBuffer buffer = dump.buffer();
        buffer.putInt((int) (at / 1_000_000_000)).putInt((int) (at % 1_000_000_000)).putInt(capturedLength).putInt(frameLength);
        buffer.put(buffer.position(), frame, from, capturedLength);
        buffer.position(buffer.position() + capturedLength);
        return position;
    }

    /** The number of the file last written to. */
    int file() {
        return file;
    }

    /** Empty while packets are kept; otherwise why not, as in {@link dev.plumbline.fact.CaptureFact.KeepingChanged}. */
    String reason() {
        return reason;
    }

    /**
     * Brings what is buffered into the file; false when that failed, and then {@link #isLost} knows what is gone.
     *
     * @param mayWait whether no packets wait meanwhile
     */
    boolean flush(boolean mayWait) {
        return !isOpen || !dump.isWaiting() || write(mayWait);
    }

    /** Whether a record that {@link #keep} had accepted was lost since. */
    boolean isLost(int inFile, long position) {
        return inFile == lostFile && position >= lostFrom;
    }

    void close() {
        flush(false);
        closeFile();
    }

    static FileChannel createOwnerOnly(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    static String fileName(int capture, int file) {
        return capture + "-" + file + ".pcap";
    }

    private boolean isReady(int octets) {
        if (isOpen && dump.end() + octets > fileLimit && dump.end() > HEADER) {
            if (flush(false)) {
                closeFile();
            }
        }
        if (!reason.isEmpty() && nanoTime.getAsLong() - retryAt < 0) {
            return false;
        }
        return isOpen || open();
    }

    private boolean isGranted(int octets) {
        if (granted < octets) {
            int more = Math.max(GRANT, octets);
            if (budget.take(DiskBudget.Use.PACKETS, more)) {
                granted += more;
            } else if (budget.take(DiskBudget.Use.PACKETS, octets)) {
                granted += octets;
            } else {
                refuse("limit");
                return false;
            }
        }
        granted -= octets;
        reason = "";
        return true;
    }

    private boolean open() {
        Path next = directory.resolve(fileName(capture, file + 1));
        try {
            dump.begin(opener.open(next), next);
            isOpen = true;
            file++;
            if (lostFile == file) {
                lostFile = -1;
            }
            dump.buffer().putInt(NANOSECOND_MAGIC).putShort((short) 2).putShort((short) 4).putLong(0).putInt(snapLength).putInt(linkType);
        } catch (IOException e) {
            refuse(wordsFor(e));
            return false;
        }
        if (write(false)) {
            return true;
        }
        file--;
        try {
            Files.deleteIfExists(next);
        } catch (IOException e) {
            // Its number is taken then: an empty file is no harm, but it cannot be created again.
            file++;
        }
        return false;
    }

    /** Writes what is buffered; all of it, or, as far as the file is concerned, nothing. */
    private boolean write(boolean mayWait) {
        long before = dump.written();
        try {
            dump.flush(mayWait);
            if (before > 0) {
                retryNanos = RETRY_NANOS;
            }
            return true;
        } catch (IOException e) {
            lose(e, before);
            return false;
        }
    }

    private void lose(IOException cause, long written) {
        if (lostFile != file || lostFrom > written) {
            lostFile = file;
            lostFrom = written;
        }
        refuse(wordsFor(cause));
        try {
            dump.truncate(written);
        } catch (IOException e) {
            // Then the file ends in a torn record, which every reader of pcap files takes for the end.
            reason = wordsFor(e);
        }
        closeFile();
    }

    private void refuse(String why) {
        reason = why;
        retryAt = nanoTime.getAsLong() + retryNanos;
        retryNanos = Math.min(LONGEST_RETRY_NANOS, 2 * retryNanos);
    }

    private void closeFile() {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        try {
            dump.close();
        } catch (IOException e) {
            refuse(wordsFor(e));
        }
    }

    /** The JDK has no type for a full disk, only what the system calls it (ENOSPC, EDQUOT). */
    private static String wordsFor(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded") ? "disk full" : "disk error: " + message;
    }
}
