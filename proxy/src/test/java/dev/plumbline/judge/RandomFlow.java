package dev.plumbline.judge;

import java.io.IOException;
import java.util.random.RandomGenerator;

/**
 * A random walk of two hosts, as a capture between them could have seen it: data, losses before and behind the capture,
 * retransmissions soon and late, reordering, duplicate acknowledgements, windows that close and open, keep-alives, probes,
 * resets. With some probability it talks nonsense.
 *
 * <p>Offsets of both hosts count from 0 after the SYN.
 */
final class RandomFlow {
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int PSH = 8;
    private static final int ACK = 16;
    private static final int MSS = 1_460;
    private static final long[] WAITS = {3_000, 40_000, 900_000, 2_500_000, 6_000_000, 19_000_000, 26_000_000, 210_000_000, 1_100_000_000L};

    private final RandomGenerator random;
    private final DumpWriter out;
    private final int[] addresses;
    private final int[] ports;
    private final int[] isn;
    private final int[] scale = new int[2];
    private final boolean isScaled;
    /** Sent so far, acknowledged so far, and the window last announced, of each host. */
    private final long[] next = new long[2];
    private final long[] acked = new long[2];
    private final int[] window = {502, 502};
    private long now;

    /** @param port of the initiator: the same one again reuses it */
    RandomFlow(RandomGenerator random, DumpWriter out, int host, int port, long at) {
        this.random = random;
        this.out = out;
        this.now = at;
        addresses = new int[] {0x0a000000 | host, 0x0a800001};
        ports = new int[] {port, 80};
        isn = new int[] {random.nextInt(), random.nextInt()};
        isScaled = random.nextInt(4) > 0;
        scale[0] = isScaled ? random.nextInt(10) : -1;
        scale[1] = isScaled || random.nextInt(3) == 0 ? random.nextInt(10) : -1;
    }

    /** @return when it ended */
    long walk(int steps, boolean talksNonsense) throws IOException {
        if (random.nextInt(5) > 0) {
            open();
        }
        for (int i = 0; i < steps; i++) {
            if (talksNonsense && random.nextInt(6) == 0) {
                nonsense();
            } else {
                step();
            }
        }
        close();
        return now;
    }

    private void open() throws IOException {
        int attempts = random.nextInt(8) == 0 ? 2 : 1;
        for (int i = 0; i < attempts; i++) {
            send(0, -1, 0, SYN, 64_240, 0);
            pause(i + 1 < attempts ? 8 : random.nextInt(6));
        }
        if (random.nextInt(30) == 0) {
            send(1, -1, 0, RST | ACK, 0, 0);
            return;
        }
        send(1, -1, 0, SYN | ACK, 65_160, 0);
        pause(random.nextInt(6));
        send(0, 0, 0, ACK, window[0], 0);
    }

    private void step() throws IOException {
        int host = random.nextInt(4) == 0 ? 1 : 0;
        int peer = 1 - host;
        pause(random.nextInt(random.nextInt(4) == 0 ? WAITS.length : 3));
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4 -> data(host, next[host], 1 + random.nextInt(MSS));
            case 5 -> data(host, next[host], MSS * (1 + random.nextInt(20)));
            case 6 -> fill(host);
            case 7 -> {
                long hole = next[host];
                next[host] += 1 + random.nextInt(MSS);
                data(host, next[host], 1 + random.nextInt(MSS));
                if (random.nextBoolean()) {
                    duplicates(peer, 1 + random.nextInt(4));
                    pause(random.nextInt(WAITS.length));
                    data(host, hole, MSS);
                }
            }
            case 8, 9 -> again(host);
            case 10, 11, 12, 13 -> acknowledge(peer, random.nextInt(3) == 0 ? next[host] : acked[host] + (next[host] - acked[host]) / 2);
            case 14 -> duplicates(peer, 1 + random.nextInt(4));
            case 15 -> {
                window[peer] = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(600);
                send(peer, next[peer], acked[host], ACK, window[peer], 0);
            }
            case 16 -> closedWindow(host, peer);
            case 17 -> keepAlive(host, peer);
            case 18 -> acknowledge(peer, next[host] + random.nextInt(3) * MSS);
            case 19 -> {
                acknowledge(peer, next[host]);
                pause(random.nextInt(WAITS.length));
                data(host, Math.max(0, next[host] - random.nextInt(3 * MSS)), 1 + random.nextInt(MSS));
            }
            case 20 -> {
                if (next[host] > MSS) {
                    // Overtaken on its way: the later half first.
                    data(host, next[host] + 700, 700);
                    pause(random.nextInt(5));
                    data(host, next[host] - 1_400, 700);
                }
            }
            default -> send(peer, next[peer], acked[host], ACK, window[peer], 0);
        }
    }

    private void data(int host, long offset, int length) throws IOException {
        send(host, offset, acked[1 - host], ACK | (random.nextBoolean() ? PSH : 0), window[host], length);
        next[host] = Math.max(next[host], offset + length);
    }

    /** Up to the last octet of the other side's window. */
    private void fill(int host) throws IOException {
        int peer = 1 - host;
        long end = acked[host] + ((long) window[peer] << (isScaled ? scale[peer] : 0));
        if (end > next[host] && end - next[host] < 60_000) {
            data(host, next[host], (int) (end - next[host]));
        }
    }

    private void again(int host) throws IOException {
        long open = next[host] - acked[host];
        long offset = acked[host] + (open > 0 && random.nextBoolean() ? random.nextLong(open) : 0);
        int length = (int) Math.min(MSS, Math.max(1, next[host] - offset));
        data(host, offset, length);
    }

    private void acknowledge(int host, long offset) throws IOException {
        acked[1 - host] = Math.max(acked[1 - host], offset);
        if (random.nextInt(4) == 0) {
            window[host] = 1 + random.nextInt(600);
        }
        send(host, next[host], offset, ACK, window[host], 0);
    }

    private void duplicates(int host, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            send(host, next[host], acked[1 - host], ACK, window[host], 0);
            pause(random.nextInt(3));
        }
    }

    private void closedWindow(int host, int peer) throws IOException {
        window[peer] = 0;
        send(peer, next[peer], next[host], ACK, 0, 0);
        acked[host] = next[host];
        for (int i = random.nextInt(3); i >= 0; i--) {
            pause(7);
            if (random.nextBoolean()) {
                send(host, next[host], acked[peer], ACK, window[host], 1);
            } else {
                send(host, next[host] - 1, acked[peer], ACK, window[host], 0);
            }
            pause(random.nextInt(3));
            send(peer, next[peer], acked[host], ACK, 0, 0);
        }
        pause(random.nextInt(8));
        window[peer] = 200 + random.nextInt(300);
        send(peer, next[peer], acked[host], ACK, window[peer], 0);
    }

    private void keepAlive(int host, int peer) throws IOException {
        acknowledge(peer, next[host]);
        pause(8);
        send(host, next[host] - 1, acked[peer], ACK, window[host], random.nextInt(2));
        pause(random.nextInt(4));
        send(peer, next[peer], acked[host], ACK, window[peer], 0);
    }

    private void nonsense() throws IOException {
        int host = random.nextInt(2);
        int[] flags = {ACK, ACK | PSH, ACK | FIN, RST, ACK, ACK};
        int chosen = flags[random.nextInt(flags.length)];
        long near = random.nextInt(8) == 0 ? random.nextInt() : next[host] + random.nextInt(-5_000, 5_000);
        long ackNear = random.nextInt(8) == 0 ? random.nextInt() : acked[1 - host] + random.nextInt(-3_000, 3_000);
        send(host, near, (chosen & ACK) == 0 ? Long.MIN_VALUE : ackNear, chosen, random.nextInt(3) == 0 ? 0 : random.nextInt(65_536), random.nextInt(3) == 0 ? 0 : random.nextInt(3_000));
    }

    private void close() throws IOException {
        int host = random.nextInt(2);
        int peer = 1 - host;
        if (random.nextInt(4) == 0) {
            send(host, next[host], Long.MIN_VALUE, RST, 0, 0);
            return;
        }
        for (int i = random.nextInt(6) == 0 ? 2 : 1; i > 0; i--) {
            send(host, next[host], acked[peer], FIN | ACK, window[host], 0);
            pause(7);
        }
        send(peer, next[peer], next[host] + 1, FIN | ACK, window[peer], 0);
        pause(2);
        send(host, next[host] + 1, next[peer] + 1, ACK, window[host], 0);
    }

    private void pause(int wait) {
        now += WAITS[Math.min(wait, WAITS.length - 1)] / 2 + random.nextLong(WAITS[Math.min(wait, WAITS.length - 1)]);
    }

    /** @param ack {@code Long.MIN_VALUE} for none */
    private void send(int host, long offset, long ack, int flags, int announced, int length) throws IOException {
        int number = ack == Long.MIN_VALUE || (flags & ACK) == 0 ? 0 : isn[1 - host] + 1 + (int) ack;
        out.segment(now, addresses[host], ports[host], addresses[1 - host], ports[1 - host], isn[host] + 1 + (int) offset, number, flags,
                announced, length, scale[host]);
    }
}
