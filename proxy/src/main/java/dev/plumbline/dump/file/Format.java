package dev.plumbline.dump.file;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import java.util.function.Consumer;

/** What kind of file it is, by its first four octets. */
final class Format {
    static final int PCAPNG = 0x0a0d0d0a;
    static final int MICROSECONDS = 0xa1b2c3d4;
    static final int NANOSECONDS = 0xa1b23c4d;

    private static final String UNPACK = ": unpack it first, '%s FILE | plumbline import -'";
    private static final Map<Integer, String> REFUSED = Map.of(
            0xa1b2cd34, "a modified pcap (0xa1b2cd34, extra fields in each record): 'editcap -F pcapng' turns it into one that can be read",
            0xa1b2a1b2, "a modified pcap (0xa1b2a1b2): 'editcap -F pcapng' turns it into one that can be read",
            0x28b52ffd, "compressed with zstd" + UNPACK.formatted("zstd -dc"),
            0x04224d18, "compressed with lz4" + UNPACK.formatted("lz4 -dc"),
            0xfd377a58, "compressed with xz" + UNPACK.formatted("xz -dc"),
            0x736e6f6f, "a snoop file: 'editcap -F pcapng' turns it into one that can be read");

    private Format() {
    }

    static Dump open(ReadableByteChannel channel, String name, Consumer<byte[]> keyLogs) throws IOException {
        Window window = new Window(channel);
        if (!window.has(4)) {
            throw new DumpException("expected a pcap or pcapng file, " + name + " " + (window.held() == 0 ? "is empty" : "has " + window.held() + " octets"));
        }
        int magic = window.buffer().getInt(window.position());
        if (magic == PCAPNG) {
            return new Pcapng(window, channel, keyLogs);
        }
        int turned = Integer.reverseBytes(magic);
        if (magic == MICROSECONDS || magic == NANOSECONDS || turned == MICROSECONDS || turned == NANOSECONDS) {
            return ClassicPcap.open(window, channel, name);
        }
        throw refused(name, magic);
    }

    private static DumpException refused(String name, int magic) {
        String what = REFUSED.getOrDefault(magic, REFUSED.get(Integer.reverseBytes(magic)));
        if (magic >>> 16 == 0x1f8b) {
            what = "compressed with gzip" + UNPACK.formatted("gzip -dc");
        }
        return what != null
                ? new DumpException("expected a pcap or pcapng file, " + name + " is " + what)
                : new DumpException(String.format("expected a pcap or pcapng file, %s is neither: it begins with 0x%08x", name, magic));
    }
}
