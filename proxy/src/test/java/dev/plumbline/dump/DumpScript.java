package dev.plumbline.dump;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a dump of what client and server say to each other, imports it, and reads what came of it. Raw IPv4, a millisecond a packet. */
final class DumpScript {
    static final int SYN = 0x02;
    static final int FIN = 0x11;
    static final int RST = 0x14;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Optional<Boolean> shown = Optional.empty();
    private long millis = 1_000_000;
    private int port = 40_000;
    private long synAgainMillis;
    private boolean hasTwoInterfaces;
    private long client;
    private long server;
    private long clientFirst;
    private long serverFirst;

    /** What came of an import. */
    record Outcome(ImportResult result, List<ExchangeRow> exchanges, List<ConnectionRow> connections) {
        /** {@code c1.1 GET http://h/p 200} and its failure, if there is one; CONNECTs that were read into are marked. */
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (ExchangeRow row : exchanges) {
                String role = row.role() == Role.MESSAGE ? "" : " " + row.role();
                lines.add(row.id() + " " + row.method() + " " + row.url() + " " + row.status() + role + (row.failure().isEmpty() ? "" : " ! " + row.failure()));
            }
            return lines;
        }

        List<String> reasons() {
            return connections.stream().map(c -> c.id() + " " + c.close().map(Enum::name).orElse("") + (c.reason().isEmpty() ? "" : " " + c.reason())).toList();
        }
    }

    DumpScript() {
        out.writeBytes(ByteBuffer.allocate(24).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65_535).putInt(101).array());
    }

    /** The next connection, from its handshake on. */
    DumpScript opens() {
        return opens("", true);
    }

    /** The same, with octets in the SYN that are acknowledged with it (RFC 7413). */
    DumpScript opensWith(String octets) {
        return opens(octets, true);
    }

    /** The same, but for the SYN+ACK, which the dump does not have. */
    DumpScript opensUnanswered() {
        return opens("", false);
    }

    /** From now on the first SYN is lost, and sent again so much later. */
    DumpScript losesSyns(long againMillis) {
        synAgainMillis = againMillis - 1;
        return this;
    }

    /** The pcapng has what each side sent from an interface of its own, as a tap delivers it. */
    DumpScript seesEachSideElsewhere() {
        hasTwoInterfaces = true;
        return this;
    }

    private DumpScript opens(String octets, boolean isAnswerShown) {
        port++;
        client = port * 1_000L;
        server = port * 2_000L;
        packet(true, SYN, client, 0, octets);
        if (synAgainMillis > 0) {
            silence(synAgainMillis).packet(true, SYN, client, 0, octets);
        }
        clientFirst = client + 1;
        client = clientFirst + octets.length();
        if (isAnswerShown) {
            packet(false, 0x12, server, client, "");
        }
        server++;
        serverFirst = server;
        packet(true, 0x10, client, server, "");
        return this;
    }

    /** The next connection, the dump of which begins later. */
    DumpScript wasOpen() {
        port++;
        client = port * 1_000L;
        server = port * 2_000L;
        return this;
    }

    DumpScript asks(String octets) {
        packet(true, 0x18, client, server, octets);
        client += octets.length();
        return this;
    }

    DumpScript answers(String octets) {
        packet(false, 0x18, server, client, octets);
        server += octets.length();
        return this;
    }

    /** The server sends this, and the dump does not have it. */
    DumpScript answersUnseen(int octets) {
        server += octets;
        return this;
    }

    DumpScript asksUnseen(int octets) {
        client += octets;
        return this;
    }

    /** A segment at a place of its own: from the first payload octet of its heading. */
    DumpScript segment(boolean toServer, long offset, String octets) {
        packet(toServer, 0x18, (toServer ? clientFirst : serverFirst) + offset, toServer ? server : client, octets);
        return this;
    }

    DumpScript closes(boolean clientFirstToClose) {
        packet(clientFirstToClose, FIN, clientFirstToClose ? client : server, clientFirstToClose ? server : client, "");
        client += clientFirstToClose ? 1 : 0;
        server += clientFirstToClose ? 0 : 1;
        packet(!clientFirstToClose, FIN, clientFirstToClose ? server : client, clientFirstToClose ? client : server, "");
        client += clientFirstToClose ? 0 : 1;
        server += clientFirstToClose ? 1 : 0;
        packet(clientFirstToClose, 0x10, clientFirstToClose ? client : server, clientFirstToClose ? server : client, "");
        return this;
    }

    /** One side sends its FIN. */
    DumpScript leaves(boolean byClient) {
        packet(byClient, FIN, byClient ? client : server, byClient ? server : client, "");
        client += byClient ? 1 : 0;
        server += byClient ? 0 : 1;
        return this;
    }

    DumpScript resets(boolean byClient) {
        packet(byClient, RST, byClient ? client : server, byClient ? server : client, "");
        return this;
    }

    /** A SYN that is answered with a RST. */
    DumpScript isRefused() {
        port++;
        packet(true, SYN, 7, 0, "");
        packet(false, RST, 0, 8, "");
        return this;
    }

    DumpScript silence(long forMillis) {
        millis += forMillis;
        return this;
    }

    byte[] octets() {
        return out.toByteArray();
    }

    Outcome imported(Path directory) {
        return imported(octets(), directory);
    }

    /** The same as a pcapng, with a key log as its last block. */
    byte[] pcapng(String keyLog) {
        ByteBuffer in = ByteBuffer.wrap(octets()).position(24);
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        blocks.writeBytes(block(0x0a0d0d0a, ByteBuffer.allocate(16).putInt(0x1a2b3c4d).putInt(0x0001_0000).putLong(-1)));
        for (int i = 0; i <= (hasTwoInterfaces ? 1 : 0); i++) {
            blocks.writeBytes(block(1, ByteBuffer.allocate(8).putInt(101 << 16).putInt(0)));
        }
        while (in.hasRemaining()) {
            long micros = in.getInt() * 1_000_000L + in.getInt();
            byte[] frame = new byte[in.getInt()];
            in.getInt();
            in.get(frame);
            int seenOn = hasTwoInterfaces && frame[15] == 2 ? 1 : 0;
            blocks.writeBytes(block(6, ByteBuffer.allocate(20 + frame.length).putInt(seenOn).putLong(micros).putInt(frame.length).putInt(frame.length).put(frame)));
        }
        byte[] log = keyLog.getBytes(StandardCharsets.US_ASCII);
        blocks.writeBytes(block(10, ByteBuffer.allocate(8 + log.length).putInt(0x544c534b).putInt(log.length).put(log)));
        return blocks.toByteArray();
    }

    private static byte[] block(int type, ByteBuffer body) {
        int length = 12 + (body.capacity() + 3 & ~3);
        return ByteBuffer.allocate(length).putInt(type).putInt(length).put(body.array()).putInt(length - 4, length).array();
    }

    /** With the secrets of a key log. */
    Outcome imported(Path directory, String keyLog) {
        return imported(octets(), directory, keyLog);
    }

    static Outcome imported(byte[] file, Path directory) {
        return imported(file, directory, "");
    }

    static Outcome imported(byte[] file, Path directory, String keyLog) {
        Import dump = Import.of(Channels.newChannel(new ByteArrayInputStream(file)), "test");
        return imported(keyLog.isEmpty() ? dump : dump.keys(written(keyLog, directory)), directory);
    }

    static Outcome imported(Import dump, Path directory) {
        ImportResult result = dump.run("test", () -> directory);
        try (Recording recording = Recording.open(result.directory())) {
            List<ExchangeRow> exchanges = new ArrayList<>();
            List<ConnectionRow> connections = new ArrayList<>();
            recording.exchanges(exchanges::add);
            recording.connections(connections::add);
            return new Outcome(result, exchanges, connections);
        }
    }

    private static Path written(String keyLog, Path directory) {
        try {
            return Files.writeString(directory.resolveSibling(directory.getFileName() + ".keys"), keyLog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a filter by one port or host, or a route that is another one back, leaves it. */
    DumpScript showsOnly(boolean toServer) {
        shown = Optional.of(toServer);
        return this;
    }

    private void packet(boolean toServer, int flags, long seq, long ack, String octets) {
        if (shown.filter(only -> only != toServer).isPresent()) {
            return;
        }
        byte[] payload = octets.getBytes(StandardCharsets.ISO_8859_1);
        int length = 40 + payload.length;
        millis++;
        ByteBuffer record = ByteBuffer.allocate(16 + length);
        record.putInt((int) (millis / 1000)).putInt((int) (millis % 1000) * 1000).putInt(length).putInt(length);
        record.putShort((short) 0x4500).putShort((short) length).putInt(0).putInt(0x4006_0000);
        record.putInt(toServer ? 0x0a000001 : 0x0a000002).putInt(toServer ? 0x0a000002 : 0x0a000001);
        record.putShort((short) (toServer ? port : 80)).putShort((short) (toServer ? 80 : port));
        record.putInt((int) seq).putInt((flags & 0x10) == 0 ? 0 : (int) ack).putShort((short) (0x5000 | flags)).putShort((short) 8192).putInt(0);
        out.writeBytes(record.put(payload).array());
    }
}
