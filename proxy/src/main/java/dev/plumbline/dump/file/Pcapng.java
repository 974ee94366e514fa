package dev.plumbline.dump.file;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A pcapng file.
 *
 * <pre>
 *  section   | SHB | IDB … | EPB │ SPB │ OPB │ DSB │ ISB │ anything else …      sections follow each other
 *  block     | type 4 | length 4 | body, padded to 4 | length 4 |
 * </pre>
 *
 * <p>Blocks of other kinds are gone over; so are packets of interfaces that were never described, which are counted.
 *
 * <p>Owned by: the reading thread.
 * <p>Limits: blocks that matter fit into the window; larger ones are gone over and counted.
 * Source: draft-ietf-opsawg-pcapng.
 */
final class Pcapng extends Dump {
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int SECRETS = 0x0a;
    private static final int TLS_KEY_LOG = 0x544c534b;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    /** Type, length, and the length again. */
    private static final int AROUND = 12;

    private final Consumer<byte[]> keyLogs;
    private final List<Ticks> ticks = new ArrayList<>();
    private final Map<Integer, InterfaceCounts> counts = new TreeMap<>();
    private int sectionStart;
    /** Of the block at the window's position; 0 when none is being looked at. */
    private int block;
    private long tooLarge;
    private long withoutInterface;
    /** Interfaces of the section at hand that were not kept, since there were too many. */
    private long crowdedOut;
    private long crowded;
    private long withoutTime;

    Pcapng(Window window, ReadableByteChannel channel, Consumer<byte[]> keyLogs) {
        super(window, channel);
        this.keyLogs = keyLogs;
    }

    @Override
    public List<InterfaceCounts> counts() {
        return List.copyOf(counts.values());
    }

    @Override
    public List<String> remarks() {
        List<String> out = new ArrayList<>();
        remark(out, tooLarge, "blocks of more than " + (Window.OCTETS >> 20) + " MiB gone over");
        remark(out, withoutInterface, "packets of an interface that the file does not describe left out");
        remark(out, crowded, "packets of interfaces beyond the " + MAX_INTERFACES + "th of the file left out");
        remark(out, withoutTime, "packets without a time of their own: given that of the packet before");
        return out;
    }

    private static void remark(List<String> out, long count, String what) {
        if (count > 0) {
            out.add(count + " " + what);
        }
    }

    @Override
    boolean read() throws IOException {
        while (true) {
            if (block > 0) {
                window.skip(block);
                block = 0;
            }
            if (!window.has(AROUND)) {
                return window.held() > 0 && cut("a block's header");
            }
            int type = octets.i32(0);
            if (type == Format.PCAPNG && !section()) {
                return false;
            }
            long length = octets.u32(4);
            if (length < AROUND || (length & 3) != 0) {
                return damaged("is damaged at octet " + window.at() + ", after packet " + packets + ": a block of " + length + " octets");
            }
            if (length > Window.OCTETS) {
                tooLarge++;
                if (!window.skip(length)) {
                    return cut("a block");
                }
                continue;
            }
            if (!window.has((int) length)) {
                return cut("a block");
            }
            if (octets.u32((int) length - 4) != length) {
                return damaged("is damaged at octet " + window.at() + ", after packet " + packets + ": a block of " + length + " octets that ends as one of "
                        + octets.u32((int) length - 4));
            }
            block = (int) length;
            if (isPacket(type, block)) {
                return true;
            }
        }
    }

    /** Finds out the octet order, which everything else in the section has; its block's length too. */
    private boolean section() throws IOException {
        if (!window.has(28)) {
            return cut("a section's header");
        }
        int magic = window.buffer().getInt(window.position() + 8);
        if (magic != BYTE_ORDER_MAGIC && Integer.reverseBytes(magic) != BYTE_ORDER_MAGIC) {
            return damaged(String.format("is damaged at octet %d, after packet %d: byte-order magic 0x%08x", window.at(), packets, magic));
        }
        octets.littleEndian(magic != BYTE_ORDER_MAGIC);
        if (octets.u16(12) != 1) {
            return damaged("has a section of version " + octets.u16(12) + "." + octets.u16(14) + " at octet " + window.at() + " (expected: 1.x), after packet " + packets);
        }
        if (octets.u32(4) < 28) {
            return damaged("is damaged at octet " + window.at() + ", after packet " + packets + ": a section header of " + octets.u32(4) + " octets");
        }
        sectionStart = interfaceCount();
        crowdedOut = 0;
        return true;
    }

    private boolean isPacket(int type, int length) {
        switch (type) {
            case PACKET:
                return length >= 32 && packet(octets.u32(8), 28, length, octets.u32(20), octets.u32(24));
            case OLD_PACKET:
                return length >= 32 && packet(octets.u16(8), 28, length, octets.u32(20), octets.u32(24));
            case SIMPLE_PACKET:
                return length >= 16 && simplePacket(length);
            case INTERFACE:
                describe(length);
                return false;
            case SECRETS:
                secrets(length);
                return false;
            case STATISTICS:
                count(length);
                return false;
            default:
                return false;
        }
    }

    private boolean packet(long in, int header, int length, long captured, long onWire) {
        int number = number(in);
        if (number < 0) {
            return leftOut(in);
        }
        interfaceNumber = number;
        at = ticks.get(number).nanos(octets.u32(12) << 32 | octets.u32(16));
        // A length that its block cannot hold is cut to what is there.
        frameAt(header, (int) Math.min(MAX_FRAME, Math.min(captured, length - header - 4)), onWire);
        return true;
    }

    private boolean simplePacket(int length) {
        int number = number(0);
        if (number < 0) {
            return leftOut(0);
        }
        interfaceNumber = number;
        withoutTime++;
        long onWire = octets.u32(8);
        long there = Math.min(length - 16, Math.min(onWire, interfaceAt(number).snapLength()));
        frameAt(12, (int) Math.min(MAX_FRAME, there), onWire);
        return true;
    }

    /** @return −1 when the section has no such interface, or it was one too many */
    private int number(long inSection) {
        return inSection < interfaceCount() - sectionStart ? sectionStart + (int) inSection : -1;
    }

    private boolean leftOut(long inSection) {
        if (inSection < interfaceCount() - sectionStart + crowdedOut) {
            crowded++;
        } else {
            withoutInterface++;
        }
        return false;
    }

    private void describe(int length) {
        if (length < 20) {
            return;
        }
        if (interfaceCount() == MAX_INTERFACES) {
            crowdedOut++;
            return;
        }
        String name = "";
        String filter = "";
        int resolution = Ticks.MICROSECONDS.resolution();
        long offset = 0;
        for (Options options = new Options(octets, 16, length - 4); options.next();) {
            switch (options.code()) {
                case 2 -> name = options.text(0);
                case 9 -> resolution = options.length() >= 1 ? options.u8() : resolution;
                // The first octet says what kind of filter it is; 0 is text.
                case 11 -> filter = options.length() > 1 && options.u8() == 0 ? options.text(1) : filter;
                case 14 -> offset = options.length() >= 8 ? options.i64() : offset;
                default -> { /* of no use to us */ }
            }
        }
        ticks.add(new Ticks(resolution, offset));
        add(interfaceCount() - sectionStart, name, octets.u16(8), octets.u32(12), filter);
    }

    private void secrets(int length) {
        if (length >= 20 && octets.i32(8) == TLS_KEY_LOG) {
            keyLogs.accept(octets.copy(16, (int) Math.min(octets.u32(12), length - 20)));
        }
    }

    private void count(int length) {
        int number = length < 24 ? -1 : number(octets.u32(8));
        if (number < 0) {
            return;
        }
        long received = -1;
        long accepted = -1;
        long byInterface = -1;
        long bySystem = -1;
        for (Options options = new Options(octets, 20, length - 4); options.next();) {
            if (options.length() >= 8) {
                switch (options.code()) {
                    case 4 -> received = options.i64();
                    case 5 -> byInterface = options.i64();
                    case 6 -> accepted = options.i64();
                    case 7 -> bySystem = options.i64();
                    default -> { /* times, and what others count */ }
                }
            }
        }
        counts.put(number, new InterfaceCounts(number, accepted >= 0 ? accepted : received, bySystem, byInterface));
    }
}
