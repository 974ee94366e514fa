package dev.plumbline.capture;

import com.sun.jna.Native;
import java.util.concurrent.atomic.AtomicBoolean;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapStat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live handle of libpcap, opened, filtered, counted and closed through Pcap4J. How packets are read is left to
 * {@link FastPcap}, or {@link ListenerPcap} where that does not work.
 *
 * <p>The handle is polled, never waited on: a read from an idle interface would not return, and its silence could not be told from a hole.
 *
 * <p>Owned by: the capture thread, which also opens it.
 */
abstract class PcapSource implements PacketSource {
    /** How long the kernel may keep a block that is not full. Not immediate mode: that falls back to a ring that costs ten times as much. */
    private static final int RETIRE_MILLIS = 10;

    private static final int ERROR_NO_SUCH_DEVICE = -5;
    private static final int ERROR_PERMISSION_DENIED = -8;
    private static final int ERROR_PROMISCUOUS_PERMISSION_DENIED = -11;

    private static final Logger LOG = LoggerFactory.getLogger(PcapSource.class);
    /** The first use of a missing library and the later ones fail with different errors; once is enough to know. */
    private static final AtomicBoolean LIBRARY_MISSING = new AtomicBoolean();

    final PcapHandle handle;
    private final int linkType;
    private final Wide received = new Wide();
    private final Wide dropped = new Wide();
    private final Wide droppedByInterface = new Wide();

    PcapSource(PcapHandle handle) {
        this.handle = handle;
        this.linkType = LinkType.ofDlt(handle.getDlt().value());
    }

    /**
     * Opens an interface.
     *
     * @param ringOctets what the kernel's ring may take; all of it is resident memory
     * @param filter in pcap-filter(7) syntax
     */
    static PcapSource open(String name, boolean isLoopback, int ringOctets, int snapLength, String filter) throws CaptureFailure {
        if (LIBRARY_MISSING.get()) {
            throw libraryMissing();
        }
        PcapHandle handle = null;
        try {
            handle = build(name, ringOctets, snapLength);
            PcapSource source = reader(handle, snapLength, isLoopback);
            handle.setFilter(filter, BpfProgram.BpfCompileMode.OPTIMIZE);
            handle.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
            if (!LinkType.isKnown(source.linkType)) {
                throw new CaptureFailure(CaptureFailure.Kind.OTHER, name + ": " + LinkType.name(source.linkType) + " cannot be decoded");
            }
            return source;
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            LIBRARY_MISSING.set(true);
            LOG.debug("libpcap missing", e);
            throw libraryMissing();
        } catch (PcapNativeException e) {
            close(handle);
            throw failure(name, e);
        } catch (NotOpenException e) {
            throw new CaptureFailure(CaptureFailure.Kind.OTHER, name + ": " + e.getMessage());
        } catch (CaptureFailure e) {
            close(handle);
            throw e;
        }
    }

    @Override
    public int linkType() {
        return linkType;
    }

    @Override
    public void filter(String text) throws CaptureFailure {
        try {
            handle.setFilter(text, BpfProgram.BpfCompileMode.OPTIMIZE);
        } catch (PcapNativeException | NotOpenException e) {
            throw new CaptureFailure(CaptureFailure.Kind.OTHER, "filter '" + text + "': " + e.getMessage());
        }
    }

    @Override
    public Counts counts() throws CaptureFailure {
        try {
            PcapStat stat = handle.getStats();
            return new Counts(
                    received.add(stat.getNumPacketsReceived()), dropped.add(stat.getNumPacketsDropped()),
                    droppedByInterface.add(stat.getNumPacketsDroppedByIf()));
        } catch (PcapNativeException | NotOpenException e) {
            throw new CaptureFailure(CaptureFailure.Kind.OTHER, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        close(handle);
    }

    /** What libpcap says of a read that failed. */
    final CaptureFailure readFailure() {
        String message;
        try {
            message = handle.getError();
        } catch (NotOpenException e) {
            message = "handle is closed";
        }
        boolean isGone = message.contains("disappeared") || message.contains("No such device");
        return new CaptureFailure(isGone ? CaptureFailure.Kind.GONE : CaptureFailure.Kind.OTHER, message);
    }

    static PcapHandle build(String name, int ringOctets, int snapLength) throws PcapNativeException {
        return new PcapHandle.Builder(name)
                .snaplen(snapLength)
                .promiscuousMode(PcapNetworkInterface.PromiscuousMode.NONPROMISCUOUS)
                .bufferSize(ringOctets)
                .timestampPrecision(PcapHandle.TimestampPrecision.NANO)
                .timeoutMillis(RETIRE_MILLIS)
                .build();
    }

    private static PcapSource reader(PcapHandle handle, int snapLength, boolean isLoopback) {
        if (Native.LONG_SIZE == Long.BYTES) {
            try {
                return FastPcap.over(handle, snapLength, isLoopback);
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                LOG.warn("capture.slow reason=\"{}\"", e.toString());
            }
        }
        return new ListenerPcap(handle);
    }

    private static CaptureFailure libraryMissing() {
        return new CaptureFailure(CaptureFailure.Kind.NO_LIBRARY, "libpcap is not installed (Debian, Ubuntu: sudo apt-get update && sudo apt-get install -y libpcap0.8)");
    }

    private static CaptureFailure failure(String name, PcapNativeException e) {
        int code = e.getReturnCode() == null ? 0 : e.getReturnCode();
        if (code == ERROR_PERMISSION_DENIED || code == ERROR_PROMISCUOUS_PERMISSION_DENIED) {
            return new CaptureFailure(CaptureFailure.Kind.NO_RIGHT, Captures.HOW_TO_GET_THE_RIGHT);
        }
        return new CaptureFailure(
                code == ERROR_NO_SUCH_DEVICE ? CaptureFailure.Kind.GONE : CaptureFailure.Kind.OTHER, name + ": " + e.getMessage());
    }

    private static void close(PcapHandle handle) {
        if (handle != null) {
            handle.close();
        }
    }

    /** libpcap counts in 32 bits, which a busy interface wraps within hours. */
    private static final class Wide {
        private long total;
        private int last;

        long add(long reading) {
            total += ((int) reading - last) & 0xffff_ffffL;
            last = (int) reading;
            return total;
        }
    }
}
