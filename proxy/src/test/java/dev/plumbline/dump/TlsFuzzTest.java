package dev.plumbline.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.dump.DumpScript.Outcome;
import dev.plumbline.dump.stream.HeldOctets;
import dev.plumbline.dump.stream.Reassembly;
import dev.plumbline.dump.tls.Keys;
import dev.plumbline.dump.tls.TlsScript;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS that opens with the keys given, and then is not what it should be: there is an end to it, and to the memory it takes. */
@Timeout(120)
class TlsFuzzTest {
    private static final long SEED = 88_046;
    private static final long MOST_MEMORY = 1 << 20;
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String EARLY = "CLIENT_EARLY_TRAFFIC_SECRET";
    private static final String CLIENT_HANDSHAKE = "CLIENT_HANDSHAKE_TRAFFIC_SECRET";
    private static final String SERVER_HANDSHAKE = "SERVER_HANDSHAKE_TRAFFIC_SECRET";
    private static final String CLIENT = "CLIENT_TRAFFIC_SECRET_0";
    private static final String SERVER = "SERVER_TRAFFIC_SECRET_0";
    private static final List<String> LABELS = List.of(EARLY, CLIENT_HANDSHAKE, SERVER_HANDSHAKE, CLIENT, SERVER);
    private static final int RUNS = 3000;

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @TempDir
    Path scratch;

    /** A record to the server, or to the client; {@code label} is of the secret it is sealed under, empty if it is in clear. */
    private record Said(String label, boolean toServer, boolean isOdd, String octets) {
    }

    /** Puts a conversation together, each record sealed in its turn, so that it opens. {@code between} may say more under a label. */
    private static List<Said> conversation(TlsScript tls, boolean early, BiConsumer<List<Said>, String> between) {
        List<Said> out = new ArrayList<>();
        out.add(new Said("", true, false, tls.clientHello(early ? TlsScript.EARLY_DATA : 0)));
        if (early) {
            between.accept(out, EARLY);
            out.add(new Said(EARLY, true, false, tls.early(GET)));
            between.accept(out, EARLY);
        }
        out.add(new Said("", false, false, tls.serverHello(early)));
        between.accept(out, SERVER_HANDSHAKE);
        out.add(new Said(SERVER_HANDSHAKE, false, false, tls.sealed(SERVER_HANDSHAKE, TlsScript.HANDSHAKE, tls.encryptedExtensions(early))));
        between.accept(out, SERVER_HANDSHAKE);
        out.add(new Said(SERVER_HANDSHAKE, false, false, tls.sealed(SERVER_HANDSHAKE, TlsScript.HANDSHAKE, tls.finished())));
        if (early) {
            between.accept(out, EARLY);
            out.add(new Said(EARLY, true, false, tls.endOfEarlyData()));
        }
        between.accept(out, CLIENT_HANDSHAKE);
        out.add(new Said(CLIENT_HANDSHAKE, true, false, tls.clientFinished()));
        between.accept(out, CLIENT);
        out.add(new Said(CLIENT, true, false, tls.asks(GET)));
        between.accept(out, SERVER);
        out.add(new Said(SERVER, false, false, tls.answers(OK + (early ? OK : ""))));
        between.accept(out, CLIENT);
        between.accept(out, SERVER);
        return out;
    }

    /** Packets of whole conversations, with octets changed. */
    @Test
    void mutationsOfADumpThatDecryptsNeitherFailNorHang() {
        TlsScript first = new TlsScript(1);
        TlsScript second = new TlsScript(2);
        DumpScript script = new DumpScript().opens();
        conversation(first, false, (said, label) -> { }).forEach(said -> say(script, said));
        script.closes(true).opens();
        conversation(second, true, (said, label) -> { }).forEach(said -> say(script, said));
        byte[] whole = script.closes(false).octets();
        String keyLog = first.keyLog() + second.keyLog();
        assertThat(DumpScript.imported(whole, scratch.resolve("whole"), keyLog).lines()).containsExactly(
                "c1.1 GET https://h/a 200", "c2.1 GET https://h/a 200", "c2.2 GET https://h/a 200");
        for (int run = 0; run < 150; run++) {
            byte[] file = whole.clone();
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                int at = random.nextInt(24, file.length);
                file[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (file[at] ^ 1 << random.nextInt(8));
            }
            String log = random.nextInt(4) > 0 ? keyLog : changed(keyLog);
            Outcome outcome = DumpScript.imported(file, scratch.resolve("run" + run), log);
            try (Recording recording = Recording.open(outcome.result().directory())) {
                assertThat(recording.summary().limitReached()).as("seed %d, run %d", SEED, run).isEmpty();
                assertThat(outcome.exchanges()).as("seed %d, run %d", SEED, run).allMatch(e -> e.endedAt() >= 0);
            }
        }
    }

    /** Records that open, with anything inside; some behind them that no longer do. */
    @Test
    void whateverIsInsideOfRecordsThatOpenIsBounded() {
        Map<String, Integer> runsThatOpened = new TreeMap<>();
        for (int run = 0; run < RUNS; run++) {
            TlsScript tls = new TlsScript(3);
            String mostly = LABELS.get(run % LABELS.size());
            List<Said> all = conversation(tls, mostly.equals(EARLY) || random.nextBoolean(), (said, label) -> {
                for (int n = label.equals(mostly) ? random.nextInt(4) : random.nextInt(9) / 8; n > 0; n--) {
                    said.add(odd(tls, label));
                }
            });
            for (int n = random.nextInt(8) / 5; n > 0; n--) {
                Said late = odd(tls, LABELS.get(random.nextInt(LABELS.size())));
                all.add(random.nextInt(1, all.size() + 1), new Said("", late.toServer(), true, late.octets()));
            }
            Keys keys = new Keys();
            keys.read(tls.keyLog(random.nextInt(4) > 0 ? "" : LABELS.get(random.nextInt(LABELS.size()))).getBytes(StandardCharsets.US_ASCII));
            openedIn(all, read(all, keys, run)).forEach(label -> runsThatOpened.merge(label, 1, Integer::sum));
        }
        assertThat(runsThatOpened).as("runs in which an odd record was seen to open, of %d", RUNS).containsOnlyKeys(LABELS)
                .allSatisfy((label, runs) -> assertThat(runs).isGreaterThan(RUNS / 30));
    }

    /** Under which labels an odd record was opened: one that gave content, or that has such a one behind it under the same label. */
    private static Set<String> openedIn(List<Said> all, Set<Said> moved) {
        Set<String> out = new HashSet<>();
        Set<String> later = new HashSet<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Said said = all.get(i);
            if (moved.contains(said)) {
                later.add(said.label());
            }
            if (said.isOdd() && !said.label().isEmpty() && later.contains(said.label())) {
                out.add(said.label());
            }
        }
        return out;
    }

    /** @return whose content was told of */
    private Set<Said> read(List<Said> all, Keys keys, int run) {
        HeldOctets held = new HeldOctets();
        FourTuple tuple = new FourTuple(Endpoint.of(new InetSocketAddress("10.0.0.1", 40_000)), Endpoint.of(new InetSocketAddress("10.0.0.2", 443)));
        List<String> verdicts = new ArrayList<>();
        Set<String> moved = new HashSet<>();
        FactSink facts = fact -> {
            if (fact instanceof RecordMoved record) {
                moved.add(record.heading().ordinal() + " " + record.wireStart());
            }
        };
        Detector detector = new Detector(new ConnectionLog(new ConnectionId(1), tuple, facts), 0, false, new Readings(keys, held), new TunnelVerdict() {
            @Override
            public void isRead(String sni, long at) {
                verdicts.add("read");
            }

            @Override
            public void isOpaque(Unread why, String reason, String sni, long at) {
                verdicts.add(reason);
                assertThat(at).as("seed %d, run %d: %s", SEED, run, reason).isPositive();
            }
        });
        Reassembly[] ways = {new Reassembly(Heading.TO_SERVER, detector, held), new Reassembly(Heading.TO_CLIENT, detector, held)};
        Map<String, Said> places = new HashMap<>();
        long[] next = new long[2];
        long at = 1;
        for (Said said : all) {
            byte[] octets = said.octets().getBytes(StandardCharsets.ISO_8859_1);
            int way = said.toServer() ? 0 : 1;
            places.put(way + " " + next[way], said);
            for (int from = 0; from < octets.length;) {
                int part = Math.min(octets.length - from, random.nextInt(1, 400));
                ways[way].offer(next[way], ByteBuffer.wrap(octets), from, part, ++at);
                next[way] += part;
                from += part;
                ways[1 - way].advance(at);
                assertThat(detector.memory()).as("seed %d, run %d", SEED, run).isLessThan(MOST_MEMORY);
                assertThat(held.isOverfull()).isFalse();
            }
        }
        ways[0].finish(at);
        ways[1].finish(at);
        detector.close(new Closing("the dump ends", false), at);
        assertThat(verdicts).as("seed %d, run %d", SEED, run).isNotEmpty();
        return moved.stream().filter(places::containsKey).map(places::get).collect(Collectors.toSet());
    }

    private Said odd(TlsScript tls, String label) {
        String content = switch (random.nextInt(9)) {
            case 0 -> tls.finished();
            case 1 -> tls.encryptedExtensions(random.nextBoolean());
            case 2 -> "\30\0\0\1\0";
            case 3 -> "\5\0\0\0";
            case 4 -> "\13\3\377\377" + "c".repeat(random.nextInt(16_000));
            case 5 -> GET + OK;
            case 6 -> "\1\0\0\0\2\0\0\0".repeat(random.nextInt(1, 500));
            case 7 -> "\0".repeat(random.nextInt(20));
            default -> noise(random.nextInt(300));
        };
        int[] types = {TlsScript.HANDSHAKE, TlsScript.HANDSHAKE, TlsScript.DATA, TlsScript.DATA, 20, TlsScript.ALERT, random.nextInt(1, 256)};
        String sealed = tls.sealed(label, types[random.nextInt(types.length)], random.nextInt(3) > 0 ? content : changed(content));
        boolean isChanged = random.nextInt(8) == 0;
        return new Said(isChanged ? "" : label, label.startsWith("CLIENT"), true, isChanged ? changed(sealed) : sealed);
    }

    private String noise(int octets) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < octets; i++) {
            out.append((char) random.nextInt(256));
        }
        return out.toString();
    }

    private String changed(String octets) {
        if (octets.isEmpty()) {
            return octets;
        }
        int at = random.nextInt(octets.length());
        return octets.substring(0, at) + (char) random.nextInt(256) + octets.substring(at + 1);
    }

    private static void say(DumpScript script, Said said) {
        if (said.toServer()) {
            script.asks(said.octets());
        } else {
            script.answers(said.octets());
        }
    }
}
