package dev.plumbline.dump.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Secrets of TLS connections, by the random of their ClientHello, from key logs in NSS form.
 *
 * <pre>
 *  of a connection   | label 1 | length 1 | secret | label 1 | length 1 | secret | …      each label once
 * </pre>
 *
 * <p>Owned by: the importing thread. Limits: {@link #MOST_CONNECTIONS} connections, the last ones read (ahead the first ones), of each the
 * secrets with a label of {@link #LABELS}, up to {@link #LONGEST_SECRET} octets; lines that had to go are counted.
 * Source: draft-ietf-tls-keylogfile.
 */
public final class Keys {
    public static final int MOST_CONNECTIONS = 1 << 15;
    /** Those that a recording keeps: all that records are opened with, and the exporter's. */
    private static final List<String> LABELS = List.of(
            "CLIENT_RANDOM", "CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET");
    private static final int RANDOM_OCTETS = 32;
    private static final int LONGEST_SECRET = 64;
    private static final int LONGEST_LINE = 1024;
    private static final HexFormat HEX = HexFormat.of();

    private record Random(long a, long b, long c, long d) {
    }

    private final Map<Random, byte[]> connections = new LinkedHashMap<>();
    /** Connections whose secrets were wanted, and not there. */
    private final Set<Random> wanted = new HashSet<>();
    private long lines;
    private long badLines;
    private long otherLines;
    private long tooMany;
    private long late;
    private boolean isAhead;
    private boolean wasFullAhead;

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

    /**
     * The same, before its turn: nothing is counted yet, and what finds no room has to wait for its turn.
     * Secrets that stand behind the packets they are needed for are there in time then.
     */
    public void readAhead(byte[] log) {
        isAhead = true;
        read(log);
        isAhead = false;
    }

    /** Lines with a secret. */
    public long lines() {
        return lines;
    }

    /** Lines that are neither a secret, a comment nor empty. */
    public long badLines() {
        return badLines;
    }

    /** Lines with a label that nobody here knows. */
    public long otherLines() {
        return otherLines;
    }

    /** Connections whose secrets came when they were over, or well begun. */
    public long late() {
        return late;
    }

    /** Whether some found no room before their turn, the first {@link #MOST_CONNECTIONS} being there. */
    public boolean wasFullAhead() {
        return wasFullAhead;
    }

    /** Lines left out because there were too many. */
    public long tooMany() {
        return tooMany;
    }

    Optional<byte[]> secret(byte[] clientRandom, String label) {
        byte[] all = connections.get(random(clientRandom));
        int at = all == null ? -1 : indexOf(all, LABELS.indexOf(label));
        return at < 0 ? Optional.empty() : Optional.of(Arrays.copyOfRange(all, at + 2, at + 2 + all[at + 1]));
    }

    /** What this connection needs is not there: should it come, it is {@link #late}. */
    void missed(byte[] clientRandom) {
        if (wanted.size() < MOST_CONNECTIONS) {
            wanted.add(random(clientRandom));
        }
    }

    /** The lines of one connection, as they would stand in a key log. */
    public List<String> linesOf(byte[] clientRandom) {
        byte[] all = connections.get(random(clientRandom));
        String middle = " " + HEX.formatHex(clientRandom) + " ";
        List<String> out = new ArrayList<>(LABELS.size());
        for (int at = 0; all != null && at < all.length; at += 2 + all[at + 1]) {
            out.add(LABELS.get(all[at]) + middle + HEX.formatHex(all, at + 2, at + 2 + all[at + 1]));
        }
        return out;
    }

    private void line(byte[] octets, int length) {
        String text = new String(octets, 0, length, StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        if (text.startsWith("RSA ")) {
            // A premaster secret, named after what the client sent of it or after a session: the CLIENT_RANDOM line beside it is the one of use.
            otherLines += isAhead ? 0 : 1;
            return;
        }
        String[] words = text.split("[ \t]+", 4);
        if (words.length != 3 || words[1].length() != 2 * RANDOM_OCTETS || words[2].length() > 2 * LONGEST_SECRET || !words[0].matches("[A-Z0-9_]{1,64}")) {
            badLines += isAhead ? 0 : 1;
            return;
        }
        try {
            put(LABELS.indexOf(words[0]), random(HEX.parseHex(words[1])), HEX.parseHex(words[2]));
        } catch (IllegalArgumentException e) {
            badLines += isAhead ? 0 : 1;
        }
    }

    private void put(int label, Random of, byte[] secret) {
        boolean isIn = connections.containsKey(of);
        if (label < 0) {
            otherLines += isAhead ? 0 : 1;
        } else if (!isAhead || isIn || connections.size() < MOST_CONNECTIONS) {
            lines += isAhead ? 0 : 1;
            add(label, of, secret);
        } else {
            wasFullAhead = true;
        }
    }

    private void add(int label, Random of, byte[] secret) {
        byte[] known = connections.getOrDefault(of, new byte[0]);
        // A line that stands in both the file and the dump is one secret.
        if (indexOf(known, label) < 0) {
            late += wanted.remove(of) ? 1 : 0;
            byte[] with = Arrays.copyOf(known, known.length + 2 + secret.length);
            with[known.length] = (byte) label;
            with[known.length + 1] = (byte) secret.length;
            System.arraycopy(secret, 0, with, known.length + 2, secret.length);
            connections.put(of, with);
        }
        if (connections.size() > MOST_CONNECTIONS) {
            Random oldest = connections.keySet().iterator().next();
            byte[] gone = connections.remove(oldest);
            for (int at = 0; at < gone.length; at += 2 + gone[at + 1]) {
                tooMany++;
            }
        }
    }

    private static int indexOf(byte[] all, int label) {
        int at = 0;
        while (at < all.length && all[at] != label) {
            at += 2 + all[at + 1];
        }
        return at < all.length ? at : -1;
    }

    private static Random random(byte[] r) {
        ByteBuffer b = ByteBuffer.wrap(r);
        return new Random(b.getLong(), b.getLong(), b.getLong(), b.getLong());
    }
}
