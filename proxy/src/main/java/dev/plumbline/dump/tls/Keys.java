package dev.plumbline.dump.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Secrets of TLS connections, by the random of their ClientHello, from key logs in NSS form.
 *
 * <p>Owned by: the importing thread. Limits: {@link #MOST_CONNECTIONS} connections, the last ones read, and {@link #MOST_EACH}
 * secrets of each; lines that had to go are counted.
 */
public final class Keys {
    static final int MOST_CONNECTIONS = 1 << 15;
    static final int MOST_EACH = 16;
    private static final int RANDOM_OCTETS = 32;
    private static final int LONGEST_SECRET = 64;
    private static final int LONGEST_LINE = 1024;
    private static final HexFormat HEX = HexFormat.of();

    private record Random(long a, long b, long c, long d) {
    }

    private record Secret(String label, byte[] octets) {
    }

    private final Map<Random, List<Secret>> connections = new LinkedHashMap<>();
    private final Map<String, String> labels = new HashMap<>();
    private long lines;
    private long badLines;
    private long tooMany;

    /** Reads a whole key log; lines that are none are counted. */
    public void read(InputStream in) throws IOException {
        byte[] line = new byte[LONGEST_LINE];
        int length = 0;
        byte[] chunk = new byte[1 << 16];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            for (int i = 0; i < n; i++) {
                if (chunk[i] == '\n') {
                    line(line, length);
                    length = 0;
                } else if (length < LONGEST_LINE) {
                    line[length++] = chunk[i];
                }
            }
        }
        line(line, length);
    }

    /** The same of an embedded one. */
    public void read(byte[] log) {
        int start = 0;
        for (int i = 0; i <= log.length; i++) {
            if (i == log.length || log[i] == '\n') {
                byte[] line = Arrays.copyOfRange(log, start, Math.min(i, start + LONGEST_LINE));
                line(line, line.length);
                start = i + 1;
            }
        }
    }

    /** Lines with a secret. */
    public long lines() {
        return lines;
    }

    /** Lines that are neither a secret, a comment nor empty. */
    public long badLines() {
        return badLines;
    }

    /** Lines left out because there were too many. */
    public long tooMany() {
        return tooMany;
    }

    /** How many connections there are secrets of. */
    public int connections() {
        return connections.size();
    }

    boolean knows(byte[] clientRandom) {
        return connections.containsKey(random(clientRandom));
    }

    Optional<byte[]> secret(byte[] clientRandom, String label) {
        return connections.getOrDefault(random(clientRandom), List.of()).stream().filter(s -> s.label.equals(label)).map(Secret::octets).findFirst();
    }

    /** The lines of one connection, as they would stand in a key log. */
    public List<String> linesOf(byte[] clientRandom) {
        String middle = " " + HEX.formatHex(clientRandom) + " ";
        return connections.getOrDefault(random(clientRandom), List.of()).stream().map(s -> s.label + middle + HEX.formatHex(s.octets)).toList();
    }

    private void line(byte[] octets, int length) {
        String text = new String(octets, 0, length, StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        String[] words = text.split("[ \t]+");
        try {
            byte[] random = words.length == 3 ? HEX.parseHex(words[1]) : new byte[0];
            byte[] secret = words.length == 3 ? HEX.parseHex(words[2]) : new byte[0];
            if (random.length == RANDOM_OCTETS && secret.length > 0 && secret.length <= LONGEST_SECRET && words[0].matches("[A-Z0-9_]{1,64}")) {
                put(words[0], random, secret);
                return;
            }
        } catch (IllegalArgumentException e) {
            badLines++;
            return;
        }
        badLines++;
    }

    private void put(String label, byte[] random, byte[] secret) {
        Random key = random(random);
        List<Secret> known = connections.get(key);
        if (known != null && known.size() >= MOST_EACH) {
            tooMany++;
            return;
        }
        lines++;
        if (known == null) {
            known = new ArrayList<>(5);
            connections.put(key, known);
            forgetOldest();
        }
        // A line that stands in both the file and the dump is one secret.
        if (known.stream().noneMatch(s -> s.label.equals(label))) {
            known.add(new Secret(labels.computeIfAbsent(label, l -> l), secret));
        }
    }

    private void forgetOldest() {
        if (connections.size() > MOST_CONNECTIONS) {
            Random oldest = connections.keySet().iterator().next();
            tooMany += connections.remove(oldest).size();
        }
    }

    private static Random random(byte[] r) {
        ByteBuffer b = ByteBuffer.wrap(r);
        return new Random(b.getLong(), b.getLong(), b.getLong(), b.getLong());
    }
}
