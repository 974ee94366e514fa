package dev.plumbline.correlate;

import dev.plumbline.fact.CaptureFact.InterfaceOpened;
import dev.plumbline.fact.CaptureFact.SegmentsSeen;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.WireRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A made-up run: connections with messages in clear and in records, cut into segments that are lost, repeated, doubled
 * and reordered on their way past the capture. It knows for every octet which packets carried it: the slow, obvious oracle.
 *
 * <p>One millisecond is the time of everything but the last watermark, so that no interleaving leaves the look-back.
 */
final class Scene {
    /** What must be said of one message. */
    record Expected(String message, List<WireRange> ranges) {
    }

    /** A segment in the making. */
    record Cut(int connection, Heading heading, long offset, int octets, int flags) {
    }

    private static final class Stream {
        private long wire;
        private final List<Expected> messages = new ArrayList<>();
    }

    final List<Cut> cuts = new ArrayList<>();
    final List<List<Fact>> relay = new ArrayList<>();
    final List<List<Expected>> expected = new ArrayList<>();
    private final SplittableRandom random;
    private final int connections;

    Scene(long seed) {
        random = new SplittableRandom(seed);
        connections = 1 + random.nextInt(3);
        List<List<Cut>> perConnection = new ArrayList<>();
        for (int c = 0; c < connections; c++) {
            Stream[] streams = {new Stream(), new Stream()};
            relay.add(facts(c, streams));
            for (Heading heading : Heading.values()) {
                expected.add(streams[heading.ordinal()].messages);
            }
            perConnection.add(segments(c, streams[0].wire, streams[1].wire));
        }
        merge(perConnection);
    }

    private Scene(Scene of, List<Cut> others) {
        random = of.random;
        connections = of.connections;
        relay.addAll(of.relay);
        expected.addAll(of.expected);
        cuts.addAll(others);
    }

    Scene with(List<Cut> others) {
        return new Scene(this, others);
    }

    /** The capture's facts, in batches. {@code shift} is added to all sequence numbers. */
    List<Fact> capture(int shift, SplittableRandom batches) {
        List<Fact> out = new ArrayList<>();
        out.add(new InterfaceOpened(0, "lo", 1, 262_144, "tcp", List.of(Script.address("127.0.0.1")), Script.millis(-1)));
        List<Segment> batch = new ArrayList<>();
        for (int i = 0; i < cuts.size(); i++) {
            batch.add(segment(cuts.get(i), shift, Script.millis(0) + i));
            if (batches.nextInt(4) == 0 || i == cuts.size() - 1) {
                out.add(new SegmentsSeen(0, List.copyOf(batch), Script.millis(0) + i, Script.millis(0) + i));
                batch.clear();
            }
        }
        return out;
    }

    /** The oracle: what the capture alone proves of each message, in the words of {@link Script}. */
    List<String> verdicts() {
        List<String> out = new ArrayList<>();
        for (int line = 0; line < expected.size(); line++) {
            int connection = line / 2;
            Heading heading = Heading.values()[line % 2];
            for (Expected message : expected.get(line)) {
                out.add(verdict(message, connection, heading));
            }
        }
        Collections.sort(out);
        return out;
    }

    private String verdict(Expected message, int connection, Heading heading) {
        List<Long> firsts = new ArrayList<>();
        List<Long> repeats = new ArrayList<>();
        List<WireRange> gaps = new ArrayList<>();
        for (WireRange range : message.ranges) {
            for (long octet = range.start(); octet < range.end(); octet++) {
                List<Long> carriers = carriers(connection, heading, octet);
                if (carriers.isEmpty()) {
                    boolean touches = !gaps.isEmpty() && gaps.get(gaps.size() - 1).end() == octet;
                    long start = touches ? gaps.remove(gaps.size() - 1).start() : octet;
                    gaps.add(new WireRange(start, octet + 1));
                } else {
                    firsts.add(carriers.get(0));
                    repeats.addAll(carriers.subList(1, carriers.size()));
                }
            }
        }
        long octets = message.ranges.stream().mapToLong(WireRange::length).sum();
        long missing = gaps.stream().mapToLong(WireRange::length).sum();
        String ranges = message.ranges.isEmpty() ? " []" : "";
        for (WireRange range : message.ranges) {
            ranges += " " + range;
        }
        String gap = gaps.isEmpty() ? "" : " gaps";
        for (WireRange range : gaps) {
            gap += " " + range;
        }
        String how = missing == 0 ? " complete" : missing == octets ? " none dropped" : " partial dropped";
        String by = firsts.isEmpty() ? "" : " by p" + Collections.min(firsts) + "–p" + Collections.max(firsts);
        return message.message + ranges + gap + how + by + " " + firsts.stream().distinct().count() + "+" + repeats.stream().distinct().count();
    }

    private List<Long> carriers(int connection, Heading heading, long octet) {
        List<Long> out = new ArrayList<>();
        for (int i = 0; i < cuts.size(); i++) {
            Cut cut = cuts.get(i);
            if (cut.connection == connection && cut.heading == heading && cut.offset <= octet && octet < cut.offset + cut.octets) {
                out.add(i + 1L);
            }
        }
        return out;
    }

    private List<Fact> facts(int c, Stream[] streams) {
        Socket socket = Socket.client(c + 1, tuple(c).tuple);
        List<Fact> out = new ArrayList<>();
        out.add(socket.opened(0));
        long[] clear = {0, 0};
        int exchange = 0;
        for (int i = random.nextInt(3); i > 0; i--) {
            exchange++;
            for (Heading heading : Heading.values()) {
                long start = streams[heading.ordinal()].wire;
                long end = start + random.nextInt(200);
                Collections.addAll(out, socket.message(exchange, kind(heading), start, end, 0));
                streams[heading.ordinal()].wire = end;
                clear[heading.ordinal()] = end;
                List<WireRange> ranges = start == end ? List.of() : List.of(new WireRange(start, end));
                streams[heading.ordinal()].messages.add(new Expected(name(c, exchange, heading), ranges));
            }
        }
        out.add(socket.tls(1, clear[0], clear[1]));
        long[] plain = {0, 0};
        for (int i = random.nextInt(4); i > 0; i--) {
            exchange++;
            for (Heading heading : Heading.values()) {
                plain[heading.ordinal()] = sealed(c, exchange, heading, socket, plain[heading.ordinal()], streams[heading.ordinal()], out);
            }
        }
        out.add(socket.closed(streams[0].wire, streams[1].wire, 0));
        return out;
    }

    private long sealed(int c, int exchange, Heading heading, Socket socket, long plainStart, Stream stream, List<Fact> out) {
        long plain = plainStart;
        List<Fact> records = new ArrayList<>();
        List<WireRange> ranges = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int octets = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(300);
            long end = stream.wire + octets + 22;
            records.add(socket.record(1, heading, stream.wire, end, plain, plain + octets));
            if (octets > 0) {
                boolean touches = !ranges.isEmpty() && ranges.get(ranges.size() - 1).end() == stream.wire;
                long start = touches ? ranges.remove(ranges.size() - 1).start() : stream.wire;
                ranges.add(new WireRange(start, end));
            }
            plain += octets;
            stream.wire = end;
        }
        int began = random.nextInt(records.size() + 1);
        int ended = began + random.nextInt(records.size() + 1 - began);
        records.add(ended, socket.ended(exchange, kind(heading), plain, 0));
        records.add(began, socket.began(exchange, kind(heading), 1, plainStart));
        out.addAll(records);
        stream.messages.add(new Expected(name(c, exchange, heading), ranges));
        return plain;
    }

    private List<Cut> segments(int c, long toServer, long toClient) {
        List<Cut> out = new ArrayList<>();
        long[] ends = {toServer, toClient};
        for (Heading heading : Heading.values()) {
            long end = ends[heading.ordinal()];
            List<Cut> sent = new ArrayList<>();
            for (long at = 0; at < end;) {
                int octets = (int) Math.min(end - at, 1 + random.nextInt(random.nextInt(3) == 0 ? 800 : 120));
                sent.add(new Cut(c, heading, at, octets, Segment.ACK));
                at += octets;
            }
            impair(sent, end);
            out.addAll(sent);
        }
        // One order for both headings together: alternate them as they come.
        out.sort(Comparator.comparingInt(cut -> cut.hashCode() & 1));
        shuffleLocally(out);
        out.add(0, new Cut(c, Heading.TO_SERVER, -1, 0, Segment.SYN));
        out.add(1, new Cut(c, Heading.TO_CLIENT, -1, 0, Segment.SYN | Segment.ACK));
        out.add(2, new Cut(c, Heading.TO_SERVER, 0, 0, Segment.ACK));
        out.add(new Cut(c, Heading.TO_SERVER, toServer, 0, Segment.FIN | Segment.ACK));
        out.add(new Cut(c, Heading.TO_CLIENT, toClient, 0, Segment.FIN | Segment.ACK));
        out.add(new Cut(c, Heading.TO_SERVER, toServer + 1, 0, Segment.ACK));
        return out;
    }

    private void impair(List<Cut> sent, long end) {
        for (int i = sent.size() - 1; i >= 0; i--) {
            Cut cut = sent.get(i);
            int fate = random.nextInt(20);
            if (fate == 0) {
                sent.remove(i);
            } else if (fate == 1) {
                sent.add(random.nextInt(sent.size() + 1), cut);
            } else if (fate == 2) {
                long offset = Math.max(0, cut.offset - random.nextInt(150));
                // More than one octet: a single one could be a keep-alive.
                int octets = (int) Math.min(end - offset, 2 + random.nextInt(400));
                if (octets > 1) {
                    sent.add(random.nextInt(sent.size() + 1), new Cut(cut.connection, cut.heading, offset, octets, Segment.ACK));
                }
            }
        }
    }

    private void shuffleLocally(List<Cut> list) {
        for (int i = 0; i + 1 < list.size(); i++) {
            if (random.nextInt(3) == 0) {
                Collections.swap(list, i, Math.min(list.size() - 1, i + 1 + random.nextInt(3)));
            }
        }
    }

    private void merge(List<List<Cut>> lists) {
        List<List<Cut>> left = new ArrayList<>(lists);
        while (!left.isEmpty()) {
            List<Cut> from = left.get(random.nextInt(left.size()));
            cuts.add(from.remove(0));
            left.removeIf(List::isEmpty);
        }
    }

    private Segment segment(Cut cut, int shift, long at) {
        Peer peer = tuple(cut.connection);
        int[] initial = {7_000 * cut.connection + shift, -300 + shift};
        int seq = (int) (initial[cut.heading.ordinal()] + 1 + cut.offset);
        boolean isSyn = (cut.flags & Segment.SYN) != 0;
        boolean isClosing = (cut.flags & Segment.FIN) != 0 || cut.offset > 0 && cut.octets == 0;
        // Data acknowledges nothing here, so that no octet passes for a keep-alive's; the close acknowledges the FIN.
        long acked = isClosing ? closingAck(cut) : 0;
        int ack = (int) (initial[cut.heading.opposite().ordinal()] + 1 + acked);
        return new Segment(
                at, cut.heading == Heading.TO_SERVER ? peer.tuple : peer.tuple.reversed(), seq, isSyn && (cut.flags & Segment.ACK) == 0 ? 0 : ack,
                cut.flags, 1000, cut.octets, cut.octets, 0, 0, 54, 54);
    }

    private long closingAck(Cut cut) {
        return cuts.stream().filter(c -> c.connection == cut.connection && c.heading != cut.heading && (c.flags & Segment.FIN) != 0)
                .mapToLong(c -> c.offset).max().orElse(0) + (cut.heading == Heading.TO_CLIENT || (cut.flags & Segment.FIN) == 0 ? 1 : 0);
    }

    private static Peer tuple(int connection) {
        return new Peer("127.0.0.1:" + (50_000 + connection), "127.0.0.1:8080", 0, 0, 0);
    }

    private static MessageKind kind(Heading heading) {
        return heading == Heading.TO_SERVER ? MessageKind.REQUEST : MessageKind.RESPONSE;
    }

    private static String name(int c, int exchange, Heading heading) {
        return "c" + (c + 1) + "." + exchange + " client " + kind(heading).word() + " on c" + (c + 1);
    }
}
