package dev.plumbline.capture;

import java.nio.ByteBuffer;

/**
 * Where packets come from, one at a time and without garbage: after {@link #next} said yes, the other methods speak of that
 * packet until the next call.
 *
 * <p>Owned by: the capture thread. Units: octets; nanoseconds since 1970.
 */
interface PacketSource {
    /** The counts of the kernel since the source was opened; see {@link dev.plumbline.fact.CaptureFact.Counted}. */
    record Counts(long received, long dropped, long droppedByInterface) {
    }

    /**
     * Goes to the next packet. Never waits.
     *
     * @return false when the ring is empty now
     * @throws CaptureFailure when the source is dead
     */
    boolean next() throws CaptureFailure;

    /** The kernel's timestamp. */
    long at();

    /** Octets of the frame that are held, from index 0 of {@link #frame}. */
    int capturedLength();

    /** Octets of the frame on the wire. */
    int frameLength();

    /** The frame, big-endian; its position and limit mean nothing. */
    ByteBuffer frame();

    /** The LINKTYPE_ value. */
    int linkType();

    /** Sets another filter while running. Packets of the few microseconds it takes may be missed uncounted. */
    void filter(String text) throws CaptureFailure;

    Counts counts() throws CaptureFailure;

    void close();
}
