package dev.plumbline.judge;

import dev.plumbline.judge.HarFile.Node;
import dev.plumbline.judge.SeenStream.Carried;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges a HAR by the pcapng beside it, with tshark as the only witness: no code of the product takes part, and no key file.
 *
 * <p>Three accounts of the same messages must agree:
 * <ol>
 *   <li>the HAR's {@code wireRanges}, {@code frames} and {@code repeats};
 *   <li>arithmetic on what tshark tells of each frame: sequence numbers, payload, the types of the records, the plaintext of
 *       each. It is exact for every message, and says which frames carried octets <em>first</em> and which again;
 *   <li>the frames that tshark itself names for the message: {@code tcp.segment} for clear text; for TLS the union of
 *       {@code tcp.segment} over the frames in {@code tls.segment}, with these; the frame of the message in both cases.
 * </ol>
 *
 * <p>The third is coarser than the truth in these ways, and only in these may it differ:
 * <ul>
 *   <li>the frame in which a message ends may carry no octets: a FIN ends what lasts until close;
 *   <li>a retransmission is listed beside what it repeats, even on lo, where the kernel repeats what its receiver had no room for;
 *   <li>a frame's {@code tcp.segment} is one list for all records that end in it, so that a neighbour's count as the message's;
 *   <li>where several messages end in one frame, it has one list for them all;
 *   <li>tshark 4.0 never tells of a response inside TLS that lasts until close: arithmetic alone judges its frames.
 * </ul>
 * With losses tshark's lists hold too much of the second kind to say anything, and {@link #lossy} leaves them out.
 */
final class Judge {
    private final Map<Integer, SeenStream> streams = new TreeMap<>();
    private final Map<Integer, SeenFrame> frames = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();
    private final boolean lossy;
    /** Messages whose frames were compared. */
    int messages;
    /** Of them, those for which tshark's own list was the very same. */
    int named;
    /** Frames that showed octets of messages again. */
    int repeats;

    private Judge(boolean lossy) {
        this.lossy = lossy;
    }

    /** For links on which nothing was lost: tshark's own lists count too. */
    static Judge of(Path har, Path pcapng) throws IOException, InterruptedException {
        return new Judge(false).judge(har, pcapng);
    }

    static Judge lossy(Path har, Path pcapng) throws IOException, InterruptedException {
        return new Judge(true).judge(har, pcapng);
    }

    /** What is wrong; empty when nothing is. */
    List<String> findings() {
        return findings;
    }

    private Judge judge(Path har, Path pcapng) throws IOException, InterruptedException {
        look(new Tshark(pcapng));
        Map<Integer, List<Leg>> legs = new TreeMap<>();
        for (Node entry : HarFile.entries(har)) {
            for (String name : List.of("client", "server")) {
                if (entry.at("_tcp").has(name) && entry.at("_tcp").at(name).has("request")) {
                    Leg leg = new Leg(entry, name, entry.at("_tcp").at(name));
                    legs.computeIfAbsent(leg.stream(), s -> new ArrayList<>()).add(leg);
                }
            }
        }
        legs.forEach(this::connection);
        streams.keySet().stream().filter(stream -> !legs.containsKey(stream) && streams.get(stream).carriesMessages())
                .forEach(stream -> findings.add("stream " + stream + " carried octets, and no entry is on it"));
        return this;
    }

    private void look(Tshark tshark) throws IOException, InterruptedException {
        tshark.fields(SeenFrame.FIELDS, fields -> {
            SeenFrame frame = SeenFrame.of(fields);
            frames.put(frame.number(), frame.withoutOctets());
            streams.computeIfAbsent(frame.stream(), SeenStream::new).add(frame);
        });
        List<Integer> sealed = streams.values().stream().filter(SeenStream::hasTls).map(stream -> stream.number).toList();
        if (!sealed.isEmpty()) {
            tshark.follow(sealed, new FollowedPlaintext(streams));
        }
    }

    /** One leg of one entry. */
    private record Leg(Node entry, String name, Node tcp) {
        int stream() {
            return tcp.number("tcpStream");
        }

        int from() {
            List<Node> ranges = tcp.at("request").list("wireRanges");
            return ranges.isEmpty() ? Integer.MAX_VALUE : Math.toIntExact((Long) ((List<?>) ranges.get(0).value()).get(0));
        }

        @Override
        public String toString() {
            return entry.text("_exchange") + " " + name + " " + entry.at("request").text("url");
        }
    }

    private void connection(int number, List<Leg> legs) {
        SeenStream stream = streams.get(number);
        Node tcp = legs.get(0).tcp();
        expect(stream.initiatorPort == port(tcp.text("initiator")) && stream.responderPort == port(tcp.text("responder")), legs.get(0) + ": is not on stream " + number);
        legs.sort(Comparator.comparingInt(Leg::from));
        if (legs.stream().anyMatch(leg -> leg.entry().has("_tunnel"))) {
            legs.forEach(leg -> tunnel(leg, stream));
            return;
        }
        List<Carried> requests = stream.requests();
        List<Carried> responses = stream.responses();
        if (!lossy) {
            sameSequence(stream.toServer, requests, SeenFrame::requests, "stream " + number + " requests");
            sameSequence(stream.toClient, responses, SeenFrame::responses, "stream " + number + " responses");
        }
        expect(requests.size() == legs.size(), "stream " + number + " has " + requests.size() + " requests, the HAR " + legs.size());
        int answer = 0;
        for (int i = 0; i < Math.min(requests.size(), legs.size()); i++) {
            Leg leg = legs.get(i);
            request(leg, requests.get(i));
            for (int interim = 0; answer < responses.size() && responses.get(answer).message().isInterim(); interim++) {
                message(leg + " interim " + interim, leg.tcp().list("interim").get(interim), responses.get(answer++));
            }
            if (answer < responses.size()) {
                message(leg + " response", leg.tcp().at("response"), responses.get(answer));
                content(leg, responses.get(answer++), leg.entry().at("response"));
            } else {
                expect(!leg.tcp().has("response"), leg + ": a response that tshark did not see");
            }
        }
        expect(answer == responses.size(), "stream " + number + ": " + (responses.size() - answer) + " responses belong to no entry");
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /** What nobody reads is one message each way: all there is. */
    private void tunnel(Leg leg, SeenStream stream) {
        for (SeenWay way : List.of(stream.toServer, stream.toClient)) {
            String name = way == stream.toServer ? "request" : "response";
            HttpReader.Message all = new HttpReader.Message("", 0, way.length(), "", new byte[0]);
            if (leg.tcp().has(name)) {
                octets(leg + " tunnel " + name, leg.tcp().at(name), new Carried(all, way, true, List.of(new int[] {0, way.length()}), Set.of()));
            } else {
                expect(way.length() == 0, leg + ": no " + name + ", and " + way.length() + " octets");
            }
        }
    }

    private interface Labels {
        List<String> of(SeenFrame frame);
    }

    private void sameSequence(SeenWay way, List<Carried> ours, Labels labels, String what) {
        List<String> tshark = way.frames.stream().flatMap(frame -> labels.of(frame).stream()).toList();
        List<String> read = new ArrayList<>(ours.stream().map(carried -> carried.message().label()).toList());
        if (!read.isEmpty() && tshark.size() == read.size() - 1 && lastsUntilClose(ours.get(read.size() - 1)) && !ours.get(read.size() - 1).isClear()) {
            read.remove(read.size() - 1);
        }
        expect(tshark.equals(read), what + ": tshark names " + tshark + ", in the octets are " + read);
    }

    /** What came after the proxy had answered, of a request it did not wait for, is no part of the message. */
    private void request(Leg leg, Carried seen) {
        Node told = leg.tcp().at("request");
        if (leg.entry().at("response").has("_answeredByProxy") && leg.entry().at("request").has("comment") && seen.isClear()) {
            List<?> range = (List<?>) told.list("wireRanges").get(0).value();
            octets(leg + " request", told, seen.until(Math.toIntExact((Long) range.get(1))));
        } else {
            message(leg + " request", told, seen);
            content(leg, seen, leg.entry().at("request"));
        }
    }

    private void message(String what, Node told, Carried seen) {
        octets(what, told, seen);
        if (!lossy) {
            ownList(what, new TreeSet<>(told.numbers("frames")), seen);
        }
    }

    private void octets(String what, Node told, Carried seen) {
        messages++;
        repeats += seen.repeats().size();
        String ranges = Arrays.deepToString(seen.ranges().stream().filter(range -> range[1] > range[0]).toArray(int[][]::new));
        expect(told.text("coverage").equals("complete"), what + ": coverage " + told.text("coverage") + (told.has("reason") ? ", " + told.text("reason") : ""));
        expect(told.ranges().equals(ranges), what + ": wireRanges " + told.ranges() + " (expected: " + ranges + ")");
        expect(told.numbers("frames").equals(seen.frames()), what + ": frames " + told.numbers("frames") + " (expected: " + seen.frames() + ")");
        expect(told.numbers("repeats").equals(seen.repeats()), what + ": repeats " + told.numbers("repeats") + " (expected: " + seen.repeats() + ")");
        for (int frame : told.numbers("repeats")) {
            expect(frames.get(frame).again(), what + ": frame " + frame + " is a repeat, and tshark does not call it a retransmission");
        }
    }

    private void ownList(String what, Set<Integer> told, Carried seen) {
        int last = seen.frames().get(seen.frames().size() - 1);
        SeenFrame end = endFrame(seen, last);
        if (lastsUntilClose(seen) && end.requests().size() + end.responses().size() == 0) {
            return;
        }
        Set<Integer> own = new TreeSet<>(Set.of(end.number()));
        own.addAll(end.tlsSegments());
        for (int frame : List.copyOf(own)) {
            own.addAll(frames.get(frame).tcpSegments());
        }
        own.removeIf(frame -> frames.get(frame).length() == 0);
        named += own.equals(told) ? 1 : 0;
        boolean shared = end.requests().size() + end.responses().size() > 1;
        Set<Integer> missing = minus(told, own);
        Set<Integer> foreign = minus(minus(own, told), seen.neighbours());
        seen.repeats().forEach(foreign::remove);
        expect(missing.isEmpty() && (foreign.isEmpty() || shared), what + ": tshark does not name " + missing + ", and it names " + foreign + " beside " + told);
    }

    /** Where tshark puts the message: the frame of its last octet, or the one without octets that says there are no more. */
    private SeenFrame endFrame(Carried seen, int last) {
        boolean request = seen.way().frames.stream().anyMatch(frame -> !frame.requests().isEmpty());
        return seen.way().frames.stream().filter(frame -> frame.number() == last || frame.number() > last && frame.length() == 0)
                .filter(frame -> !(request ? frame.requests() : frame.responses()).isEmpty()).findFirst().orElse(frames.get(last));
    }

    private static boolean lastsUntilClose(Carried seen) {
        String head = seen.message().head();
        return head.startsWith("HTTP/") && seen.message().content().length > 0 && OriginPages.field(head, "Content-Length").isEmpty()
                && OriginPages.field(head, "Transfer-Encoding").isEmpty();
    }

    private static Set<Integer> minus(Set<Integer> from, Set<Integer> what) {
        Set<Integer> rest = new HashSet<>(from);
        rest.removeAll(what);
        return rest;
    }

    /** The HAR shows the request as the client sent it and the response as the client received it. */
    private void content(Leg leg, Carried seen, Node shown) {
        HttpReader.Message message = seen.message();
        boolean upgraded = message.label().equals("101") || !OriginPages.field(message.head(), "Upgrade").isEmpty();
        if (!leg.name().equals("client") || upgraded || message.label().equals("CONNECT")) {
            return;
        }
        String what = leg + " " + message.label();
        expect(shown.fields().equals(message.fields()), what + ": fields " + shown.fields() + " (expected: " + message.fields() + ")");
        expect(shown.number("headersSize") == message.head().length(), what + ": headersSize " + shown.number("headersSize"));
        expect(shown.number("bodySize") == message.content().length, what + ": bodySize " + shown.number("bodySize") + " (expected: " + message.content().length + ")");
        String name = shown.has("content") ? "content" : "postData";
        byte[] body = shown.has(name) ? shown.at(name).octets(name.equals("content") ? "encoding" : "_encoding") : new byte[0];
        boolean kept = body.length == message.content().length;
        boolean cut = shown.has(name) && shown.at(name).has("comment") && body.length < message.content().length;
        expect(kept && Arrays.equals(body, message.content()) || cut && Arrays.equals(body, Arrays.copyOf(message.content(), body.length)),
                what + ": content of " + body.length + " octets is not that of the " + message.content().length + " on the wire: "
                        + HexFormat.of().formatHex(body, 0, Math.min(16, body.length)));
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            findings.add(otherwise.length() > 2000 ? otherwise.substring(0, 2000) + "…" : otherwise);
        }
    }
}
