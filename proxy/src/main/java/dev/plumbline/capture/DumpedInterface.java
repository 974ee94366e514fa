package dev.plumbline.capture;

import dev.plumbline.fact.DiskBudget;
import dev.plumbline.fact.Segment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An interface whose packets others captured: finds the TCP segment in each frame and keeps the frame, as a capture of ours
 * does with what comes off its ring. Frames without a segment are counted and not kept.
 *
 * <p>What {@link #segment} refers to is in the raw dump when its buffer was full once more, at the latest after {@link #close}. Where the disk refused that write,
 * it is past the end of its file, which is how readers tell that it is not there.
 *
 * <p>Owned by: the importing thread. Limits: half a MiB of memory, once there is a packet to keep.
 */
public final class DumpedInterface {
    private final FrameDecoder decoder;
    private final RawDump dump;
    private final boolean isKnown;
    private long at;
    private long position;
    private long segments;
    private long others;
    private long laterFragments;
    private long broken;

    /**
     * @param packetsDirectory where raw dumps go
     * @param capture its number in the recording
     * @param linkType the LINKTYPE_ value of its frames
     */
    public DumpedInterface(Path packetsDirectory, int capture, int linkType, int snapLength, DiskBudget budget) {
        int type = LinkType.ofDlt(linkType);
        this.isKnown = LinkType.isKnown(type);
        this.decoder = new FrameDecoder(type, new PathCache());
        this.dump = new RawDump(packetsDirectory, capture, type, snapLength, budget);
    }

    /** The link type as raw dumps say it: some have several numbers. */
    public static int linkTypeKept(int linkType) {
        return LinkType.ofDlt(linkType);
    }

    /** A name for people. */
    public static String nameOf(int linkType) {
        return LinkType.name(LinkType.ofDlt(linkType));
    }

    /** Whether frames of its link type can be decoded. */
    public boolean isKnown() {
        return isKnown;
    }

    /**
     * Takes the next frame.
     *
     * @param buffer big-endian, with {@code capturedLength} octets from index {@code from}
     * @return whether it is a segment: then it is kept, and {@link #segment} says what it is
     */
    public boolean take(long stampedAt, ByteBuffer buffer, int from, int capturedLength, int frameLength) {
        switch (decoder.decode(buffer, from, capturedLength, frameLength)) {
            case SEGMENT:
                segments++;
                at = stampedAt;
                position = dump.keep(stampedAt, buffer, from, capturedLength, frameLength);
                return true;
            case OTHER:
                others++;
                return false;
            case LATER_FRAGMENT:
                laterFragments++;
                return false;
            default:
                broken++;
                return false;
        }
    }

    /** The segment taken last. */
    public Segment segment() {
        return decoder.segment(at, position < 0 ? -1 : dump.file(), position);
    }

    /** Where in the buffer it was taken from its payload begins. */
    public int payloadIndex() {
        return decoder.payloadIndex();
    }

    /** Empty while packets are kept; otherwise why not. */
    public String reason() {
        return dump.reason();
    }

    /** Writes what is buffered and ends the dump. */
    public void close() {
        dump.close();
    }

    public long segments() {
        return segments;
    }

    /** Frames that hold something else than TCP over IP. */
    public long others() {
        return others;
    }

    /** Fragments of IP packets after the first: they have no TCP header. */
    public long laterFragments() {
        return laterFragments;
    }

    /** Frames cut before their TCP header's end, or that contradict themselves. */
    public long broken() {
        return broken;
    }
}
