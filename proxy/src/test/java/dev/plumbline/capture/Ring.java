package dev.plumbline.capture;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** The kernel's ring, filled by hand. */
final class Ring implements PacketSource {
    record Frame(long at, byte[] octets) {
    }

    final Deque<Frame> frames = new ArrayDeque<>();
    boolean isClosed;
    long dropped;
    private Frame now;

    void add(long at, int from, int to, int flags, int payload) {
        frames.add(new Frame(at, Frames.plain(from, to, flags, payload)));
    }

    @Override
    public boolean next() {
        now = frames.poll();
        return now != null;
    }

    @Override
    public long at() {
        return now.at();
    }

    @Override
    public int capturedLength() {
        return now.octets().length;
    }

    @Override
    public int frameLength() {
        return now.octets().length;
    }

    @Override
    public ByteBuffer frame() {
        return ByteBuffer.wrap(now.octets());
    }

    @Override
    public int linkType() {
        return LinkType.ETHERNET;
    }

    @Override
    public void filter(String text) {
        // what is added is what passes
    }

    @Override
    public Counts counts() {
        return new Counts(0, dropped, 0);
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
