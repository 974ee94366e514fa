package dev.plumbline.capture;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.pcap4j.core.PcapHandle;

/**
 * Reads packets with {@code pcap_next_ex} mapped directly, and looks at them where libpcap left them: no upcall, no array,
 * no object per packet, a tenth of the cost of Pcap4J's own loops.
 *
 * <p>On Linux libpcap hands out the same header and the same frame buffer every time, so the views of them are made once.
 *
 * <pre>
 *  struct pcap_pkthdr, LP64   | tv_sec 8 | tv_nsec 8 | caplen 4 | len 4 |
 * </pre>
 *
 * <p>Owned by: the capture thread.
 */
final class FastPcap extends PcapSource {
    private static final int SOL_PACKET = 263;
    /** Since Linux 4.20. */
    private static final int PACKET_IGNORE_OUTGOING = 23;

    private final long pcap;
    private final int snapLength;
    /** Where libpcap leaves the addresses of header and frame; kept so that it is not freed. */
    private final Memory out = new Memory(2 * Long.BYTES);
    private final ByteBuffer addresses = out.getByteBuffer(0, 2 * Long.BYTES).order(ByteOrder.nativeOrder());
    private long headerAddress;
    private ByteBuffer header;
    private long frameAddress;
    private ByteBuffer frame;

    static {
        Native.register(FastPcap.class, NativeLibrary.getInstance(System.getProperty("org.pcap4j.core.pcapLibName", "pcap")));
    }

    private FastPcap(PcapHandle handle, long pcap, int snapLength) {
        super(handle);
        this.pcap = pcap;
        this.snapLength = snapLength;
    }

    /** @throws ReflectiveOperationException when Pcap4J does not look as it did when this was written */
    static FastPcap over(PcapHandle handle, int snapLength, boolean isLoopback) throws ReflectiveOperationException {
        Field field = PcapHandle.class.getDeclaredField("handle");
        field.setAccessible(true);
        long pcap = Pointer.nativeValue((Pointer) field.get(handle));
        if (pcap == 0) {
            throw new NoSuchFieldException("PcapHandle.handle is null");
        }
        if (isLoopback) {
            ignoreOutgoing(pcap);
        }
        return new FastPcap(handle, pcap, snapLength);
    }

    @Override
    public boolean next() throws CaptureFailure {
        int code = pcap_next_ex(pcap, address(0), address(Long.BYTES));
        if (code == 1) {
            look(addresses.getLong(0), addresses.getLong(Long.BYTES));
            return true;
        }
        if (code == 0) {
            return false;
        }
        throw readFailure();
    }

    @Override
    public long at() {
        return header.getLong(0) * 1_000_000_000 + header.getLong(8);
    }

    @Override
    public int capturedLength() {
        return Math.min(header.getInt(16), snapLength);
    }

    @Override
    public int frameLength() {
        return header.getInt(20);
    }

    @Override
    public ByteBuffer frame() {
        return frame;
    }

    private long address(int offset) {
        return Pointer.nativeValue(out) + offset;
    }

    private void look(long headerAt, long frameAt) {
        if (headerAt != headerAddress) {
            headerAddress = headerAt;
            header = new Pointer(headerAt).getByteBuffer(0, 24).order(ByteOrder.nativeOrder());
        }
        if (frameAt != frameAddress) {
            frameAddress = frameAt;
            frame = new Pointer(frameAt).getByteBuffer(0, snapLength).order(ByteOrder.BIG_ENDIAN);
        }
    }

    /**
     * On loopback the kernel shows each packet twice, leaving and arriving, and libpcap throws the first away. Told not to show it,
     * the ring holds twice as much, the traffic pays for one copy less, and the kernel's counts are true. Where it refuses, all works as ever.
     */
    private static void ignoreOutgoing(long pcap) {
        try (Memory one = new Memory(Integer.BYTES)) {
            one.setInt(0, 1);
            setsockopt(pcap_fileno(pcap), SOL_PACKET, PACKET_IGNORE_OUTGOING, Pointer.nativeValue(one), Integer.BYTES);
        }
    }

    private static native int pcap_next_ex(long pcap, long headerOut, long frameOut);

    private static native int pcap_fileno(long pcap);

    /** Of the C library, found through libpcap, which is linked to it. */
    private static native int setsockopt(int socket, int level, int name, long value, int length);
}
