package dev.plumbline.dump;

import dev.plumbline.dump.stream.Reassembly;
import dev.plumbline.dump.tls.Opened;
import dev.plumbline.dump.tls.TlsSession;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.fact.RelayFact.TlsBegan;
import dev.plumbline.fact.RelayFact.TlsEstablished;
import dev.plumbline.fact.RelayFact.TlsSecret;
import dev.plumbline.wire.Heading;
import java.nio.ByteBuffer;

/**
 * Reads the records of a TLS phase, and what is inside as far as there are keys.
 *
 * <pre>
 *  octets ─▶ | type 1 | version 2 | length 2 | fragment | ─▶ TlsSession ─▶ Reassembly of plaintext ─▶ Detector ─▶ HttpReader
 * </pre>
 *
 * <p>A gap ends it: records behind it could be opened, but how much plaintext lay in it would be a guess.
 *
 * <p>Owned by: the importing thread. Limits: one record of each heading.
 */
final class TlsReader implements Reading {
    private static final int HEADER = 5;
    /** RFC 8446 section 5.2 allows 2^14 + 256, RFC 5246 section 6.2.3 2^14 + 2048. */
    private static final int LONGEST = (1 << 14) + 2048;
    private static final int DATA = 23;

    /** One heading. */
    private static final class Side {
        private byte[] record = new byte[HEADER];
        private int filled;
        private long start;
        private long plain;
        private long recordAt;
        private boolean isWaiting;
        /** It said that it had said all. */
        private boolean hasClosed;
        /** TCP said so. */
        private boolean hasEnded;
        private Reassembly inside;
    }

    private final ConnectionLog log;
    private final int phase;
    private final TunnelVerdict verdict;
    private final TlsSession session;
    private final Reading inside;
    private final Side client = new Side();
    private final Side server = new Side();
    private long startedAt;
    private long toServerStart = -1;
    private boolean isBegun;
    private boolean isKnown;
    private boolean isEstablished;
    private boolean isOver;
    private String overWhy = "";
    private boolean isUnread;
    private boolean isReadInside;

    TlsReader(ConnectionLog log, int phase, Readings readings, TunnelVerdict verdict) {
        this.log = log;
        this.phase = phase;
        this.verdict = verdict;
        this.session = new TlsSession(readings.keys());
        this.inside = readings.secured(log, phase, new Inside());
        client.inside = new Reassembly(Heading.TO_SERVER, inside, readings.held());
        server.inside = new Reassembly(Heading.TO_CLIENT, inside, readings.held());
    }

    /** What the plaintext holds decides for the whole. */
    private final class Inside implements TunnelVerdict {
        @Override
        public void isRead(String sni, long at) {
            isReadInside = true;
            verdict.isRead(session.sni(), at);
        }

        @Override
        public void isOpaque(Unread why, String reason, String sni, long at) {
            verdict.isOpaque(why, reason + ", inside " + session.version(), session.sni(), at);
        }
    }

    @Override
    public int octets(Heading heading, long offset, ByteBuffer from, int index, int length, long at) {
        Side side = side(heading);
        if (toServerStart < 0) {
            toServerStart = offset;
            startedAt = at;
        }
        if (heading == Heading.TO_CLIENT && !isBegun) {
            isBegun = true;
            log.tell(new TlsBegan(log.id, log.id, phase, toServerStart, offset, startedAt));
        }
        int taken = 0;
        while (taken < length && !isOver && !side.isWaiting) {
            taken += fill(side, offset + taken, from, index + taken, length - taken, at);
            if (side.filled == side.record.length && side.filled > HEADER) {
                side.recordAt = at;
                record(heading, side, at);
            }
        }
        return isOver ? length : taken;
    }

    @Override
    public void gap(Heading heading, long offset, long length, long at) {
        over(Unread.GAP, length + " octets inside " + describe() + " are not in the dump, from offset " + offset + " on", at);
    }

    @Override
    public void full(Heading heading) {
        Side side = side(heading);
        if (side.isWaiting) {
            unopened(side.recordAt);
            String missing = side == server ? "no whole ClientHello" : session.isAnswered() ? "what the origin says of early data is not there" : "no ServerHello";
            over(Unread.CUT, "the TLS handshake is cut: " + missing, side.recordAt);
        }
    }

    @Override
    public void end(Heading heading, long at) {
        side(heading).hasEnded = true;
    }

    @Override
    public void close(Closing closing, long at) {
        String why = closing.why();
        if (session.isAnswered()) {
            complete(at);
        }
        unopened(at);
        client.inside.finish(at);
        server.inside.finish(at);
        if (!session.isAnswered()) {
            over(Unread.CUT, "the TLS handshake is cut: " + why, at);
        } else if (!isOver && client.plain + server.plain == 0 && session.canBeRead() && !session.isEstablished()) {
            over(Unread.CUT, "the TLS handshake is cut: " + why, at);
        } else if (!isOver && client.plain + server.plain == 0) {
            over(Unread.NO_PAYLOAD, describe() + " that carried nothing", at);
        }
        inside.close(overWhy.isEmpty() ? new Closing(why + unannounced(), closing.isUnread()) : new Closing(overWhy, isUnread || closing.isUnread()), at);
    }

    @Override
    public long memory() {
        return client.record.length + server.record.length + session.memory() + inside.memory();
    }

    /** A TCP connection can be ended by others; without a closing alert what the end should have completed is cut (RFC 9112 section 9.8). */
    private String unannounced() {
        return server.hasEnded && !server.hasClosed ? ", by the origin without close_notify" : "";
    }

    private Side side(Heading heading) {
        return heading == Heading.TO_SERVER ? client : server;
    }

    private Side other(Side side) {
        return side == client ? server : client;
    }

    private String describe() {
        return session.isAnswered() ? session.version() + (session.sni().isEmpty() ? "" : " to " + session.sni()) : "TLS";
    }

    /** Adds to the record that is being collected; the first octets tell how long it is. */
    private int fill(Side side, long offset, ByteBuffer from, int index, int length, long at) {
        if (side.filled == 0) {
            side.start = offset;
        }
        int part = Math.min(length, side.record.length - side.filled);
        from.get(index, side.record, side.filled, part);
        side.filled += part;
        if (side.filled == HEADER && side.record.length == HEADER) {
            int fragment = (side.record[3] & 0xff) << 8 | side.record[4] & 0xff;
            int type = side.record[0] & 0xff;
            if (type < 20 || type > 24 || side.record[1] != 3 || fragment > LONGEST || fragment == 0) {
                over(Unread.TLS_BROKEN, "octets that are no TLS record, at offset " + side.start, at);
                return part;
            }
            byte[] whole = new byte[HEADER + fragment];
            System.arraycopy(side.record, 0, whole, 0, HEADER);
            side.record = whole;
        }
        return part;
    }

    private void record(Heading heading, Side side, long at) {
        Opened opened = session.record(heading, side.record);
        if (opened.kind() == Opened.Kind.LATER) {
            side.isWaiting = true;
            return;
        }
        if (opened.kind() == Opened.Kind.FATAL_ALERT) {
            alerted(heading, side, opened.alert(), at);
        }
        known(at);
        if (!isOver) {
            moved(heading, side, opened, at);
        }
        side.record = new byte[HEADER];
        side.filled = 0;
        side.isWaiting = false;
        Side other = other(side);
        if (other.isWaiting && !isOver) {
            record(heading.opposite(), other, Math.max(other.recordAt, at));
        }
    }

    private void moved(Heading heading, Side side, Opened opened, long at) {
        established(heading, side.record[0], at);
        if (isKnown && !session.canBeRead()) {
            return;
        }
        if (isEstablished || heading == Heading.TO_SERVER && opened.kind() == Opened.Kind.DATA) {
            complete(at);
        }
        if (isOver) {
            return;
        }
        if (opened.kind() == Opened.Kind.PROBLEM) {
            over(Unread.TLS_BROKEN, describe() + ": " + opened.problem(), at);
            return;
        }
        if (opened.kind() == Opened.Kind.CLOSE_NOTIFY && !side.hasClosed) {
            side.hasClosed = true;
            side.inside.endsAt(side.plain, at);
            other(side).inside.advance(at);
        }
        int octets = opened.data().length;
        if (octets == 0) {
            return;
        }
        long from = side.plain;
        side.plain += octets;
        long end = side.start + side.record.length;
        log.tell(new RecordMoved(log.id, log.id, phase, heading, DATA, side.start, end, from, side.plain, true, at));
        if (session.alpn().equals("h2") && !isReadInside) {
            over(Unread.HTTP2, "HTTP/2, which is not read yet, inside " + describe(), at);
            return;
        }
        side.inside.offer(from, ByteBuffer.wrap(opened.data()), 0, octets, at);
        other(side).inside.advance(at);
        side.inside.advance(at);
    }

    /** Once the server has chosen, it is known whether the rest can be read. */
    private void known(long at) {
        if (isKnown || !session.isAnswered()) {
            return;
        }
        isKnown = true;
        session.secrets().forEach(line -> log.tell(new TlsSecret(log.id, log.id, line, at)));
        if (!session.canBeRead()) {
            log.unread(session.isSuiteReadable() ? Unread.NO_KEYS : Unread.SUITE,
                    session.whyUnreadable() + (session.sni().isEmpty() ? "" : ", SNI " + session.sni()));
            verdict.isOpaque(session.isSuiteReadable() ? Unread.NO_KEYS : Unread.SUITE, session.whyUnreadable(), session.sni(), at);
        }
    }

    /** Without keys it is over at the latest when the client sends what can only follow a handshake. */
    private void established(Heading heading, int type, long at) {
        boolean isSeen = session.canBeRead() ? session.isEstablished() : session.isAnswered() && heading == Heading.TO_SERVER && type == DATA;
        if (isSeen && !isEstablished) {
            isEstablished = true;
            log.tell(new TlsEstablished(
                    log.id, log.id, phase, session.version(), session.cipher(), session.alpn(), session.sni(), session.resumed(), "", "", startedAt, at));
        }
        // In TLS 1.3 a client without keys can still say in clear that it does not trust what the server sealed.
        if (!session.canBeRead() && isEstablished && type == DATA && (heading == Heading.TO_SERVER || !session.version().equals("TLSv1.3"))) {
            isOver = true;
        }
    }

    /** A request that was passed over would have its answer taken for that of the next one. */
    private void complete(long at) {
        if (!session.whyIncomplete().isEmpty()) {
            over(Unread.TLS_BROKEN, describe() + ": " + session.whyIncomplete(), at);
        }
    }

    /** Asked when nothing more comes: until then it may be a handshake whose secrets are not there. */
    private void unopened(long at) {
        if (!session.whyUnopened().isEmpty()) {
            over(Unread.TLS_BROKEN, describe() + ": " + session.whyUnopened(), at);
        }
    }

    /** Before it sent content, it is the handshake that it ends: a server may judge the client's part of it when that is over. */
    private void alerted(Heading heading, Side side, int alert, long at) {
        String what = "the " + (heading == Heading.TO_SERVER ? "client" : "origin") + " sent a fatal alert, " + alert;
        if (isEstablished && side.plain > 0) {
            over(Unread.CUT, describe() + ": " + what, at);
            return;
        }
        isEstablished = true;
        log.tell(new TlsEstablished(
                log.id, log.id, phase, session.version(), session.cipher(), session.alpn(), session.sni(), session.resumed(), "", what, startedAt, at));
        if (session.isAnswered() && !session.canBeRead()) {
            log.failed(Unread.CUT, "the TLS handshake failed: " + what);
        }
        over(Unread.CUT, "the TLS handshake failed: " + what, at);
    }

    private void over(Unread why, String reason, long at) {
        if (!isOver) {
            isOver = true;
            overWhy = reason;
            isUnread = why != Unread.CUT;
            log.unread(why, reason);
            verdict.isOpaque(why, reason, session.sni(), at);
            client.inside.release();
            server.inside.release();
        }
    }
}
