package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.ConnectionSettled;
import dev.plumbline.correlate.Finding.FlowBound;
import dev.plumbline.correlate.Finding.FlowUnbound;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.TcpInfo;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The connections something may still be said about, and what is written about connections once and for all: handshakes,
 * secrets, names resolved.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #MAX_OPEN} connections; beyond, the oldest leaves as it is. One that is closed waits for the last word
 * on its packets for at most {@value #PATIENCE_SECONDS} s. {@value #RECENT} that left are remembered.
 */
final class ConnectionLedger {
    static final int MAX_OPEN = 1 << 18;
    static final int PATIENCE_SECONDS = 600;
    private static final String TLS = "INSERT OR REPLACE INTO tls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SECRET = "INSERT INTO secret VALUES (?, ?, ?)";
    private static final String RESOLUTION = "INSERT INTO resolution VALUES (?, ?, ?, ?, ?, ?)";
    private static final String BINDING = "INSERT OR REPLACE INTO binding VALUES (?, ?, ?)";
    /** Connections that left last: an exchange can be told after them. */
    static final int RECENT = 1_024;
    private static final int RECENT_FAILED = 8;
    private final Map<ConnectionId, OpenConnection> open = new LinkedHashMap<>();
    private final Map<ConnectionId, OpenConnection> recent = new LinkedHashMap<>();
    /** By the client connection they were for. */
    private final Map<ConnectionId, List<OpenConnection>> failed = new LinkedHashMap<>();
    private final List<OpenConnection> dirty = new ArrayList<>();
    private final Consumer<Database.Row> rows;

    ConnectionLedger(Consumer<Database.Row> rows) {
        this.rows = rows;
    }

    void opened(RelayFact.ConnectionOpened fact) {
        OpenConnection connection = new OpenConnection(fact);
        open.put(fact.id(), connection);
        touch(connection);
        if (open.size() > MAX_OPEN) {
            open.remove(open.keySet().iterator().next());
        }
    }

    void established(RelayFact.ConnectionEstablished fact) {
        OpenConnection connection = open.get(fact.id());
        if (connection != null) {
            connection.establishedAt = fact.at();
            touch(connection);
        }
    }

    void closed(RelayFact.ConnectionClosed fact, long now) {
        OpenConnection connection = open.get(fact.id());
        if (connection != null) {
            connection.closed = fact;
            connection.closeHeardAt = now;
            if (fact.tcpInfo().isPresent()) {
                connection.tcpInfo = fact.tcpInfo();
            }
            if (fact.how() == RelayFact.Close.NOT_CONNECTED) {
                failed(connection);
            }
            touch(connection);
        }
    }

    private void failed(OpenConnection connection) {
        List<OpenConnection> ofClient = failed.computeIfAbsent(connection.opened.client(), key -> new ArrayList<>(2));
        ofClient.add(connection);
        if (ofClient.size() > RECENT_FAILED) {
            ofClient.remove(0);
        }
        keepTo(RECENT, failed);
    }

    private static void keepTo(int size, Map<ConnectionId, ?> map) {
        if (map.size() > size) {
            map.remove(map.keySet().iterator().next());
        }
    }

    /** A connection that is open, or left not long ago. */
    Optional<ConnectionRow> known(ConnectionId id) {
        OpenConnection connection = open.get(id);
        return Optional.ofNullable(connection != null ? connection : recent.get(id)).map(OpenConnection::toRow);
    }

    /** Server legs that could not be opened for a client, the last few. */
    List<ConnectionRow> failedOf(ConnectionId client) {
        return failed.getOrDefault(client, List.of()).stream().map(OpenConnection::toRow).toList();
    }

    /** Kept for the next time the row is written: a sample comes with every exchange, and is not worth a row of its own. */
    void sampled(ConnectionId id, TcpInfo info) {
        OpenConnection connection = open.get(id);
        if (connection != null) {
            connection.tcpInfo = Optional.of(info);
        }
    }

    void established(RelayFact.TlsEstablished fact) {
        rows.accept(db -> db.run(TLS, fact.id().number(), fact.phase(), fact.version(), fact.cipher(), fact.alpn(), fact.sni(),
                fact.resumed().map(r -> r ? 1 : 0).orElse(null), fact.peerCertificate(), fact.failure(), fact.startedAt(), fact.at()));
    }

    /** Lines come one after the other, five for a handshake in TLS 1.3: they make one row. */
    void secret(RelayFact.TlsSecret fact) {
        OpenConnection connection = open.get(fact.id());
        if (connection == null) {
            giveSecrets(fact.id(), fact.at(), fact.line());
        } else if (connection.secrets.isEmpty()) {
            connection.secrets = fact.line();
            connection.secretsAt = fact.at();
            touch(connection);
        } else {
            connection.secrets += '\n' + fact.line();
        }
    }

    void resolved(RelayFact.NameResolved fact) {
        String addresses = fact.addresses().stream().map(Object::toString).collect(Collectors.joining(" "));
        rows.accept(db -> db.run(RESOLUTION, fact.client().number(), fact.host(), addresses, fact.failure(), fact.startedAt(), fact.at()));
    }

    void bound(FlowBound finding) {
        rows.accept(db -> db.run(BINDING, finding.flow().number(), finding.connection().number(), finding.leg().word()));
        boundTo(finding.connection(), finding.flow());
    }

    /** @param rowsToo corrects what is written already */
    void unbound(FlowUnbound finding, Unbinding rowsToo) {
        OpenConnection connection = open.get(finding.connection());
        if (connection != null) {
            touch(connection);
        }
        // One that was let go may still be asked for, or be about to be written.
        Stream.of(Stream.ofNullable(connection), Stream.ofNullable(recent.get(finding.connection())), failed.getOrDefault(finding.client(), List.of()).stream(), dirty.stream())
                .flatMap(Function.identity()).filter(c -> c.opened.id().equals(finding.connection())).forEach(OpenConnection::unbound);
        rows.accept(rowsToo);
    }

    void settled(ConnectionSettled finding) {
        OpenConnection connection = open.get(finding.connection());
        if (connection != null) {
            connection.settled = finding;
            finding.flow().ifPresent(flow -> connection.flow = finding.flow());
            touch(connection);
        }
    }

    /**
     * Gives what changed to be written. What is complete is forgotten.
     *
     * @param all whether also what changed about connections that are in the database; those that are not always come
     *     before what refers to them
     */
    void flush(boolean all) {
        int kept = 0;
        for (int i = 0; i < dirty.size(); i++) {
            OpenConnection connection = dirty.get(i);
            if (all || !connection.wasGiven) {
                give(connection);
            } else {
                dirty.set(kept++, connection);
            }
        }
        dirty.subList(kept, dirty.size()).clear();
    }

    void tick(long now) {
        for (Iterator<OpenConnection> each = open.values().iterator(); each.hasNext();) {
            OpenConnection connection = each.next();
            if (connection.closeHeardAt >= 0 && now - connection.closeHeardAt >= PATIENCE_SECONDS * ExchangeLedger.SECOND) {
                each.remove();
            }
        }
    }

    void finish() {
        open.values().forEach(this::touch);
        flush(true);
        open.clear();
    }

    private void boundTo(ConnectionId id, FlowId flow) {
        OpenConnection connection = open.get(id);
        if (connection != null) {
            connection.flow = Optional.of(flow);
            touch(connection);
        }
    }

    private void give(OpenConnection connection) {
        connection.isDirty = false;
        connection.wasGiven = true;
        rows.accept(connection);
        if (!connection.secrets.isEmpty()) {
            giveSecrets(connection.opened.id(), connection.secretsAt, connection.secrets);
            connection.secrets = "";
        }
        if (connection.isComplete()) {
            open.remove(connection.opened.id());
            recent.put(connection.opened.id(), connection);
            keepTo(RECENT, recent);
        }
    }

    private void giveSecrets(ConnectionId id, long at, String lines) {
        rows.accept(db -> db.run(SECRET, id.number(), at, lines));
    }

    private void touch(OpenConnection connection) {
        if (!connection.isDirty) {
            connection.isDirty = true;
            dirty.add(connection);
        }
    }
}
