package dev.plumbline.judge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One TCP connection as tshark numbers it, and the HTTP messages in it: first in clear text, then, where TLS begins, in what
 * tshark decrypted.
 *
 * <pre>
 *  to server │ CONNECT head │ records: handshake, data, data, … │      data ─▶ plaintext by the lengths tshark decrypted
 * </pre>
 */
final class SeenStream {
    private static final int APPLICATION_DATA = 23;
    private static final int HANDSHAKE = 22;

    final int number;
    final SeenWay toServer = new SeenWay();
    final SeenWay toClient = new SeenWay();
    /** What tshark decrypted, a record each. */
    final List<byte[]> plainToServer = new ArrayList<>();
    final List<byte[]> plainToClient = new ArrayList<>();
    int initiatorPort = -1;
    int responderPort = -1;

    SeenStream(int number) {
        this.number = number;
    }

    /** A message and the half-open ranges of TCP payload that carried it, ascending, touching ones joined. */
    record Carried(HttpReader.Message message, SeenWay way, boolean isClear, List<int[]> ranges, Set<Integer> neighbours) {
        /** The part of a message in clear text that ends there. */
        Carried until(int end) {
            return new Carried(message, way, isClear, List.of(new int[] {ranges.get(0)[0], Math.min(end, ranges.get(0)[1])}), neighbours);
        }

        List<Integer> frames() {
            return way.carriers(ranges);
        }

        List<Integer> repeats() {
            return way.repeats(ranges);
        }
    }

    void add(SeenFrame frame) {
        if (initiatorPort < 0) {
            boolean forth = frame.isFirstSyn() || !frame.isSyn();
            initiatorPort = forth ? frame.sourcePort() : frame.targetPort();
            responderPort = forth ? frame.targetPort() : frame.sourcePort();
        }
        (frame.sourcePort() == initiatorPort ? toServer : toClient).add(frame);
    }

    /** Whether records that tshark decrypted are to be expected. */
    boolean hasTls() {
        return startOfTls(toServer) >= 0;
    }

    /** Whether there are octets that are more than a TLS handshake. */
    boolean carriesMessages() {
        return hasTls() ? !plainToServer.isEmpty() || startOfTls(toServer) > 0 : toServer.length() > 0;
    }

    private static int startOfTls(SeenWay way) {
        int start = 0;
        String octets = new String(way.octets(0, Math.min(way.length(), 4096)), StandardCharsets.ISO_8859_1);
        if (octets.startsWith("CONNECT ") || octets.startsWith("HTTP/1.1 200")) {
            start = octets.indexOf("\r\n\r\n") + 4;
        }
        return start < way.length() && way.octet(start) == HANDSHAKE ? start : -1;
    }

    /** The messages to the server, in order. */
    List<Carried> requests() {
        return carried(toServer, plainToServer, HttpReader::requests);
    }

    /** The messages to the client, in order, interim ones among them. */
    List<Carried> responses() {
        List<String> methods = requests().stream().map(carried -> carried.message().label()).toList();
        boolean intercepted = hasTls() && !methods.isEmpty() && methods.get(0).equals("CONNECT");
        List<String> inside = intercepted ? methods.subList(1, methods.size()) : methods;
        return carried(toClient, plainToClient, octets -> HttpReader.responses(octets, inside));
    }

    private interface Reader {
        List<HttpReader.Message> read(byte[] octets);
    }

    private List<Carried> carried(SeenWay way, List<byte[]> plain, Reader reader) {
        List<Carried> all = new ArrayList<>();
        if (!hasTls()) {
            for (HttpReader.Message message : reader.read(way.octets(0, way.length()))) {
                all.add(new Carried(message, way, true, List.of(new int[] {message.start(), message.end()}), Set.of()));
            }
            return all;
        }
        int start = startOfTls(way) < 0 ? way.length() : startOfTls(way);
        if (start > 0) {
            String head = new String(way.octets(0, start), StandardCharsets.ISO_8859_1);
            String label = head.startsWith("CONNECT") ? "CONNECT" : head.split(" ")[1];
            all.add(new Carried(new HttpReader.Message(label, 0, start, head, new byte[0]), way, true, List.of(new int[] {0, start}), Set.of()));
        }
        List<SealedRecord> records = records(way, start, plain);
        for (HttpReader.Message message : reader.read(joined(plain))) {
            all.add(inRecords(message, way, records));
        }
        return all;
    }

    /** A TLS record in its way, what of the plaintext it held, and the frames that showed it. */
    private record SealedRecord(int start, int end, int plainStart, int plainEnd, List<Integer> carriers) {
    }

    /** Walks the record headers (RFC 8446 §5.1); which of them are data, and how much, is tshark's to say. */
    private List<SealedRecord> records(SeenWay way, int start, List<byte[]> plain) {
        List<Integer> types = new ArrayList<>();
        way.frames.stream().filter(frame -> way.isNews(frame)).forEach(frame -> types.addAll(frame.types()));
        List<SealedRecord> records = new ArrayList<>();
        List<int[]> sealed = walk(way, start);
        typeUnread(types, way, sealed);
        int index = 0;
        int data = 0;
        int plainAt = 0;
        for (int[] range : sealed) {
            int at = range[0];
            int end = range[1];
            int length = index < types.size() && types.get(index++) == APPLICATION_DATA && data < plain.size() ? plain.get(data++).length : 0;
            if (length > 0 && length > end - at - 5 - 16) {
                throw new IllegalStateException("stream " + number + ": record at " + at + " of " + (end - at) + " octets cannot hold " + length);
            }
            records.add(new SealedRecord(at, end, plainAt, plainAt + length, way.carriers(List.of(range))));
            plainAt += length;
        }
        if (sealed.size() != types.size() || data != plain.size()) {
            throw new IllegalStateException("stream " + number + ": tshark knows " + types.size() + " records and decrypted " + plain.size()
                    + ", there are " + sealed.size() + ", of them data " + data);
        }
        return records;
    }

    private static List<int[]> walk(SeenWay way, int start) {
        List<int[]> records = new ArrayList<>();
        int at = start;
        while (at + 5 <= way.length()) {
            int end = at + 5 + (way.octet(at + 3) << 8 | way.octet(at + 4));
            if (end > way.length()) {
                break;
            }
            records.add(new int[] {at, end});
            at = end;
        }
        return records;
    }

    /**
     * Where the secrets of a TLS 1.3 handshake are not known, as the JDK does not tell them, tshark gives no inner type to its
     * records. They are the first sealed ones, and no data.
     */
    private static void typeUnread(List<Integer> types, SeenWay way, List<int[]> sealed) {
        for (int i = 0; i < sealed.size() && types.size() < sealed.size(); i++) {
            if (way.octet(sealed.get(i)[0]) == APPLICATION_DATA) {
                types.add(Math.min(i, types.size()), HANDSHAKE);
            }
        }
    }

    private static Carried inRecords(HttpReader.Message message, SeenWay way, List<SealedRecord> records) {
        List<int[]> ranges = new ArrayList<>();
        List<int[]> others = new ArrayList<>();
        for (SealedRecord record : records) {
            boolean ours = record.plainEnd() > record.plainStart() && record.plainStart() < message.end() && record.plainEnd() > message.start();
            List<int[]> to = ours ? ranges : others;
            if (!to.isEmpty() && to.get(to.size() - 1)[1] == record.start()) {
                to.get(to.size() - 1)[1] = record.end();
            } else {
                to.add(new int[] {record.start(), record.end()});
            }
        }
        return new Carried(message, way, false, ranges, neighbours(way, ranges, records));
    }

    /** Frames of other records that end in a frame in which one of ours ends: tshark lists these for ours too. */
    private static Set<Integer> neighbours(SeenWay way, List<int[]> ours, List<SealedRecord> records) {
        Set<Integer> frames = new HashSet<>(way.carriers(ours));
        Set<Integer> neighbours = new HashSet<>();
        for (SealedRecord record : records) {
            if (frames.contains(record.carriers().get(record.carriers().size() - 1))) {
                neighbours.addAll(record.carriers());
            }
        }
        return neighbours;
    }

    private static byte[] joined(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
