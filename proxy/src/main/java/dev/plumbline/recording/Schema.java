package dev.plumbline.recording;

import java.util.ArrayList;
import java.util.List;

/** The tables of {@code recording.db}. What they mean for a person with the {@code sqlite3} shell: {@code docs/recording.md}. */
final class Schema {
    static final int VERSION = 3;
    /** "PLMB", in the file's header, for {@code file(1)} and for us. */
    static final int APPLICATION_ID = 0x504c_4d42;

    private static final String TABLES = """
            CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
            CREATE TABLE exchange(
                n INTEGER PRIMARY KEY, id INTEGER NOT NULL,
                began_at INTEGER NOT NULL, ended_at INTEGER,
                role TEXT NOT NULL, method TEXT NOT NULL, scheme TEXT NOT NULL, authority TEXT NOT NULL, target TEXT NOT NULL,
                status INTEGER NOT NULL, server INTEGER, sni TEXT, failure TEXT, fault_code TEXT, by_proxy INTEGER,
                timing TEXT, more INTEGER,
                client_request TEXT, server_request TEXT, client_response TEXT, server_response TEXT,
                client_request_head BLOB, server_request_head BLOB, client_response_head BLOB, server_response_head BLOB);
            CREATE INDEX exchange_by_id ON exchange(id);
            CREATE TABLE message(
                exchange INTEGER NOT NULL, leg TEXT NOT NULL, kind TEXT NOT NULL, ordinal INTEGER NOT NULL,
                fields TEXT NOT NULL, head BLOB NOT NULL,
                PRIMARY KEY(exchange, leg, kind, ordinal)) WITHOUT ROWID;
            CREATE TABLE connection(
                id INTEGER PRIMARY KEY,
                leg TEXT NOT NULL, initiator TEXT NOT NULL, responder TEXT NOT NULL, client INTEGER NOT NULL, host TEXT,
                opened_at INTEGER NOT NULL, established_at INTEGER, closed_at INTEGER, close TEXT, reason TEXT,
                to_server INTEGER, to_client INTEGER, flow INTEGER, handshake TEXT NOT NULL,
                ending TEXT NOT NULL, ended_by TEXT, close_packets TEXT NOT NULL, tcp_info TEXT);
            CREATE INDEX connection_by_client ON connection(client) WHERE leg = 'server';
            CREATE INDEX connection_by_ends ON connection(responder, rtrim(initiator, '0123456789')) WHERE leg = 'client';
            CREATE TABLE tls(
                connection INTEGER NOT NULL, phase INTEGER NOT NULL,
                version TEXT NOT NULL, cipher TEXT NOT NULL, alpn TEXT NOT NULL, sni TEXT NOT NULL, resumed INTEGER,
                peer_certificate TEXT NOT NULL, failure TEXT NOT NULL, started_at INTEGER NOT NULL, at INTEGER NOT NULL,
                PRIMARY KEY(connection, phase)) WITHOUT ROWID;
            CREATE TABLE secret(connection INTEGER NOT NULL, at INTEGER NOT NULL, lines TEXT NOT NULL);
            CREATE TABLE resolution(
                client INTEGER NOT NULL, host TEXT NOT NULL, addresses TEXT NOT NULL, failure TEXT NOT NULL,
                started_at INTEGER NOT NULL, at INTEGER NOT NULL);
            CREATE TABLE flow(
                id INTEGER PRIMARY KEY,
                initiator TEXT NOT NULL, responder TEXT NOT NULL, generation INTEGER NOT NULL, capture INTEGER NOT NULL,
                syn_seen INTEGER NOT NULL, first_packet INTEGER NOT NULL, at INTEGER NOT NULL, last_packet INTEGER);
            CREATE TABLE binding(
                flow INTEGER NOT NULL, connection INTEGER NOT NULL, leg TEXT NOT NULL,
                PRIMARY KEY(flow, connection)) WITHOUT ROWID;
            CREATE TABLE piece(
                flow INTEGER NOT NULL, packet INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
                heading TEXT NOT NULL, sighting TEXT NOT NULL,
                PRIMARY KEY(flow, packet, start)) WITHOUT ROWID;
            CREATE TABLE syn(
                flow INTEGER NOT NULL, packet INTEGER NOT NULL,
                mss INTEGER, window_scale INTEGER, sack_permitted INTEGER NOT NULL, timestamps INTEGER NOT NULL, whole INTEGER NOT NULL,
                PRIMARY KEY(flow, packet)) WITHOUT ROWID;
            CREATE TABLE annotation(
                flow INTEGER NOT NULL, at INTEGER NOT NULL, packet INTEGER NOT NULL, code TEXT NOT NULL, heading TEXT NOT NULL,
                start INTEGER, end INTEGER, packets TEXT NOT NULL, from_at INTEGER NOT NULL,
                PRIMARY KEY(flow, at, packet, code)) WITHOUT ROWID;
            CREATE TABLE flow_statistics(
                flow INTEGER PRIMARY KEY,
                whole INTEGER NOT NULL, syn_to_syn_ack INTEGER, syn_ack_to_ack INTEGER, to_server TEXT NOT NULL, to_client TEXT NOT NULL,
                left_out TEXT NOT NULL);
            CREATE TABLE interface(
                capture INTEGER PRIMARY KEY,
                name TEXT NOT NULL, link_type INTEGER NOT NULL, snap_length INTEGER NOT NULL, filter TEXT NOT NULL, addresses TEXT NOT NULL,
                opened_at INTEGER NOT NULL, closed_at INTEGER, close_reason TEXT,
                received INTEGER, dropped INTEGER, dropped_by_interface INTEGER);
            CREATE TABLE keeping(capture INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL);
            CREATE TABLE lost(source TEXT NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL);
            """;

    private Schema() {
    }

    /** The statements that make it, in order. */
    static List<String> statements() {
        List<String> all = new ArrayList<>(List.of(TABLES.strip().split(";\\s*")));
        all.add(exchangesView());
        all.add(messagesView());
        all.add(connectionsView());
        all.addAll(AnalysisTables.views());
        return all;
    }

    /** SQL for a time in nanoseconds as a person reads it. */
    static String iso(String at) {
        return "strftime('%Y-%m-%dT%H:%M:%S', (" + at + ") / 1000000000, 'unixepoch') || printf('.%09dZ', (" + at + ") % 1000000000)";
    }

    private static String exchangesView() {
        return """
                CREATE VIEW exchanges_view AS SELECT
                    'c' || (id >> 32) || '.' || (id & 4294967295) AS id, role, method, status,
                    CASE WHEN method = 'CONNECT' THEN authority WHEN substr(target, 1, 1) = '/' THEN scheme || '://' || authority || target
                        ELSE scheme || '://' || authority END AS url,
                    'c' || (id >> 32) AS client, 'c' || server AS server,
                    %s AS began, (ended_at - began_at) / 1000 AS micros,
                    client_request ->> '$[5]' AS request_octets, coalesce(client_response, server_response) ->> '$[5]' AS response_octets,
                    sni, failure, fault_code, by_proxy,
                    CAST(client_request_head AS TEXT) AS request_head, CAST(client_response_head AS TEXT) AS response_head
                FROM exchange ORDER BY began_at, exchange.id""".formatted(iso("began_at"));
    }

    private static String messagesView() {
        StringBuilder parts = new StringBuilder("SELECT exchange AS x, began_at, leg, kind, ordinal, fields AS f, message.head FROM message JOIN exchange ON exchange.id = exchange");
        for (String leg : List.of("client", "server")) {
            for (String kind : List.of("request", "response")) {
                String column = leg + "_" + kind;
                String head = leg.equals("client") ? column + "_head" : "coalesce(" + column + "_head, client_" + kind + "_head)";
                parts.append(" UNION ALL SELECT id, began_at, '").append(leg).append("', '").append(kind).append("', 0, ")
                        .append(column).append(", ").append(head).append(" FROM exchange WHERE ").append(column).append(" IS NOT NULL");
            }
        }
        return """
                CREATE VIEW messages_view AS SELECT
                    'c' || (x >> 32) || '.' || (x & 4294967295) AS exchange, leg, kind, ordinal,
                    'c' || (f ->> '$[0]') AS connection, f ->> '$[4]' AS status,
                    f ->> '$[1]' AS phase, f ->> '$[2]' AS plain_start, f ->> '$[3]' AS plain_end,
                    f ->> '$[5]' AS content_octets, f ->> '$[6]' AS whole, 'f' || (f ->> '$[9]') AS flow,
                    f ->> '$[10]' AS coverage, f ->> '$[11]' AS reason,
                    'p' || (f ->> '$[12]') AS first_packet, 'p' || (f ->> '$[13]') AS last_packet,
                    f ->> '$[14]' AS segments, f ->> '$[15]' AS repeats,
                    %s AS first_at, %s AS last_at,
                    f ->> '$[18]' AS wire_ranges, f ->> '$[19]' AS gaps, f ->> '$[20]' AS content, CAST(head AS TEXT) AS head
                FROM (%s)""".formatted(iso("began_at + (f ->> '$[7]')"), iso("began_at + (f ->> '$[8]')"), parts);
    }

    private static String connectionsView() {
        return """
                CREATE VIEW connections_view AS SELECT
                    'c' || id AS id, leg, initiator, responder, 'c' || client AS client, host, %s AS opened,
                    (closed_at - opened_at) / 1000 AS micros, close, reason, to_server, to_client, 'f' || flow AS flow,
                    ending, ended_by, handshake, close_packets,
                    (SELECT group_concat(version || ' ' || cipher, ', ') FROM tls WHERE tls.connection = connection.id) AS tls
                FROM connection""".formatted(iso("opened_at"));
    }
}
