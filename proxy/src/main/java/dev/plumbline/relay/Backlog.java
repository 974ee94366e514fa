package dev.plumbline.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Octets that were read from one peer and that the other has not taken yet, of all connections together. Each connection's
 * share is small and bounded; those of a thousand peers who do not read would take all direct memory, and an event loop that asks
 * for more is made to wait for it, with everybody it serves. So when the backlog is long, who has a share is given no more until
 * all of it is gone, and then little at a time: everybody goes on, the slow ones slower.
 *
 * <p>Owned by: any thread; a {@link Share} by the event loop of its connection.
 * <p>Units: octets.
 */
final class Backlog {
    static final long PLENTY = 16L << 20;
    /** What one read yields at most while the backlog is long. */
    static final int LITTLE = 4 << 10;

    private static final RecvByteBufAllocator USUAL = new AdaptiveRecvByteBufAllocator();

    private final long plenty;
    private final AtomicLong octets = new AtomicLong();

    /** @param plenty the backlog is long when there is more */
    Backlog(long plenty) {
        this.plenty = plenty;
    }

    boolean isLong() {
        return octets.get() > plenty;
    }

    long octets() {
        return octets.get();
    }

    Share share() {
        return new Share();
    }

    /** What one connection has of it. */
    final class Share {
        private long unsent;
        private long unused;

        /** @param now octets that its peer has not taken */
        void unsent(long now) {
            if (now != unsent) {
                octets.addAndGet(now - unsent);
                unsent = now;
            }
        }

        /** @param now octets that its peer sent and that cannot be used yet */
        void unused(long now) {
            if (now != unused) {
                octets.addAndGet(now - unused);
                unused = now;
            }
        }

        /** Whether its peer may be given more. */
        boolean mayGrow() {
            return unsent == 0 || !isLong();
        }

        void giveUp() {
            unsent(0);
            unused(0);
        }
    }

    /** Has the connection read as much at a time as it always finds, but little while the backlog is long. */
    void govern(ChannelConfig reader) {
        reader.setRecvByteBufAllocator(() -> new Reads((RecvByteBufAllocator.ExtendedHandle) USUAL.newHandle()));
    }

    /** Netty's own delegate is no extended handle, which its channels ask for. */
    private final class Reads extends RecvByteBufAllocator.DelegatingHandle implements RecvByteBufAllocator.ExtendedHandle {
        Reads(RecvByteBufAllocator.ExtendedHandle usual) {
            super(usual);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator buffers) {
            return buffers.ioBuffer(guess());
        }

        @Override
        public int guess() {
            int usual = delegate().guess();
            return isLong() ? Math.min(LITTLE, usual) : usual;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return ((RecvByteBufAllocator.ExtendedHandle) delegate()).continueReading(maybeMore);
        }
    }
}
