package dev.plumbline.fact;

import dev.plumbline.wire.IpAddress;
import java.util.List;

/** What a capture saw. Facts of one interface come from one source, in order, {@link InterfaceOpened} first. */
public sealed interface CaptureFact extends Fact {
    /** When, in nanoseconds since 1970. */
    long at();

    /**
     * A capture handle is open. Packets from {@code at} on are seen.
     *
     * @param capture its number in the recording, from 0. An interface that went away and came back gets a new one
     * @param name {@code lo}, {@code eth0}
     * @param linkType the LINKTYPE_ value of its dumps
     * @param snapLength octets kept of a frame at most
     * @param filter the capture filter in pcap-filter(7) syntax
     * @param addresses the addresses of the interface at that moment
     */
    record InterfaceOpened(int capture, String name, int linkType, int snapLength, String filter, List<IpAddress> addresses, long at) implements CaptureFact {
    }

    /** The handle is closed, and why: {@code stopped}, {@code gone}, {@code error: …}. Packets after {@code at} are not seen. */
    record InterfaceClosed(int capture, String reason, long at) implements CaptureFact {
    }

    /** From here on this filter decides what is seen: the port to listen on was not known before, or every port is wanted. */
    record FilterChanged(int capture, String filter, long at) implements CaptureFact {
    }

    /**
     * Segments in the order the kernel gave them.
     *
     * @param segments not changed any more
     * @param watermark every packet stamped before this time has been given, or is counted as dropped. Comes also with no
     *     segments at all, so that silence is known to be silence
     */
    record SegmentsSeen(int capture, List<Segment> segments, long watermark, long at) implements CaptureFact {
    }

    /**
     * The kernel's counts since the handle was opened.
     *
     * @param received packets that passed the filter
     * @param dropped packets lost because the ring was full
     * @param droppedByInterface packets lost by the interface or its driver
     */
    record Counted(int capture, long received, long dropped, long droppedByInterface, long at) implements CaptureFact {
    }

    /**
     * From here on packets are not kept, though still seen: {@code limit}, {@code disk full}, {@code disk error: …};
     * or, with an empty reason, they are kept again.
     */
    record KeepingChanged(int capture, String reason, long at) implements CaptureFact {
    }
}
