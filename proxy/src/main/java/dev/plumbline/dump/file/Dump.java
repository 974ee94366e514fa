package dev.plumbline.dump.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of packets, read forward: {@link #next}, then ask about the packet it came to.
 *
 * <p>Owned by: the reading thread.
 * <p>Units: times in nanoseconds since 1970.
 * <p>Limits: frames of {@link #MAX_FRAME} octets; one window of memory, whatever the file's size.
 */
public abstract class Dump implements Closeable {
    /** What libpcap keeps of a frame at most, and what other readers accept. */
    public static final int MAX_FRAME = 1 << 18;
    /** Interfaces a file may have, over all sections; packets of those beyond are left out. */
    static final int MAX_INTERFACES = 4096;

    final Window window;
    final Octets octets;
    private final List<DumpInterface> interfaces = new ArrayList<>();
    private final ReadableByteChannel channel;
    private String damage = "";

    long at;
    int interfaceNumber;
    int frame;
    int capturedLength;
    int frameLength;
    long packets;

    Dump(Window window, ReadableByteChannel channel) {
        this.window = window;
        this.octets = new Octets(window);
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @param keyLogs receives each TLS key log that is embedded in it, before the packets that stand behind it
     * @throws DumpException when it cannot be opened, or is no dump that can be read
     */
    public static Dump open(Path file, Consumer<byte[]> keyLogs) {
        if (Files.isDirectory(file)) {
            throw new DumpException("expected a pcap or pcapng file, " + file + " is a directory");
        }
        try {
            return open(FileChannel.open(file, StandardOpenOption.READ), file.toString(), keyLogs);
        } catch (NoSuchFileException e) {
            throw new DumpException("expected a pcap or pcapng file, " + file + " does not exist", e);
        } catch (IOException e) {
            throw new DumpException("cannot read " + file + ": " + DumpException.why(e), e);
        }
    }

    /**
     * Goes over a file that can be read twice, for the TLS key logs embedded in it wherever they stand. Does nothing where
     * there can be none, nor where the file cannot be opened: {@link #open} says so.
     */
    public static void secretsAhead(Path file, Consumer<byte[]> keyLogs) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (Dump dump = open(file, keyLogs)) {
            boolean mayHaveSecrets = dump instanceof Pcapng;
            while (mayHaveSecrets) {
                mayHaveSecrets = dump.next();
            }
        } catch (DumpException e) {
            return;
        }
    }

    /** The same of a pipe. Closes the channel when there is no use in reading it. */
    public static Dump open(ReadableByteChannel channel, String name, Consumer<byte[]> keyLogs) {
        try {
            return Format.open(channel, name, keyLogs);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new DumpException("cannot read " + name + ": " + DumpException.why(e), e);
        } catch (DumpException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    /** Goes to the next packet; false when there is none any more, and then {@link #damage} says whether that is the file's end. */
    public final boolean next() {
        if (!damage.isEmpty()) {
            return false;
        }
        try {
            boolean isThere = read();
            packets += isThere ? 1 : 0;
            return isThere;
        } catch (IOException e) {
            damaged("cannot be read: " + e.getMessage());
            return false;
        }
    }

    /** When the packet was captured. A packet without a time of its own has that of the one before. */
    public final long at() {
        return at;
    }

    /** The number of its interface. */
    public final int interfaceNumber() {
        return interfaceNumber;
    }

    /** Holds the packet's frame from {@link #frame} on; big-endian, valid until {@link #next}. */
    public final ByteBuffer buffer() {
        return window.buffer();
    }

    public final int frame() {
        return frame;
    }

    /** Octets of the frame that are there. */
    public final int capturedLength() {
        return capturedLength;
    }

    /** Octets it had on the wire, at least {@link #capturedLength}. */
    public final int frameLength() {
        return frameLength;
    }

    public final DumpInterface interfaceAt(int number) {
        return interfaces.get(number);
    }

    /** What the file says was counted; empty when it says nothing. Whole once all packets are read. */
    public List<InterfaceCounts> counts() {
        return List.of();
    }

    /** Octets of the file read so far. */
    public final long position() {
        return window.at();
    }

    /** Octets of the file; −1 for a pipe. */
    public final long size() {
        try {
            return channel instanceof FileChannel file ? file.size() : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Packets read so far. */
    public final long packets() {
        return packets;
    }

    /** Where and how the file is damaged, in one line; empty while it is not known to be. Nothing behind it was read. */
    public final String damage() {
        return damage;
    }

    /** What else a reader should know, a line each. */
    public List<String> remarks() {
        return List.of();
    }

    @Override
    public final void close() {
        closeQuietly(channel);
    }

    abstract boolean read() throws IOException;

    /** @return false, for the reader that stops here */
    final boolean damaged(String how) {
        damage = how;
        return false;
    }

    final boolean cut(String what) {
        return damaged("ends in the middle of " + what + ", after packet " + packets);
    }

    final void add(int inSection, String name, int linkType, long snapLength, String filter) {
        int kept = snapLength <= 0 || snapLength > MAX_FRAME ? MAX_FRAME : (int) snapLength;
        interfaces.add(new DumpInterface(interfaces.size(), inSection, name, linkType, kept, filter));
    }

    final int interfaceCount() {
        return interfaces.size();
    }

    /** Takes the frame that begins {@code header} octets behind the window's position. */
    final void frameAt(int header, int captured, long onWire) {
        frame = window.position() + header;
        capturedLength = captured;
        frameLength = (int) Math.max(captured, Math.min(onWire, 64L * MAX_FRAME));
    }

    private static void closeQuietly(ReadableByteChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read: nothing is lost.
            return;
        }
    }
}
