package dev.plumbline.correlate;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.Close;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.fact.RelayFact.TlsBegan;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.FourTuple;
import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import java.util.Optional;

/** Makes the facts our socket tells of one connection. Times in milliseconds as in {@link Script}. */
final class Socket {
    private final ConnectionId id;
    private final ConnectionId client;
    private final Leg leg;
    private final FourTuple tuple;

    private Socket(int id, int client, Leg leg, FourTuple tuple) {
        this.id = new ConnectionId(id);
        this.client = new ConnectionId(client);
        this.leg = leg;
        this.tuple = tuple;
    }

    static Socket client(int id, FourTuple tuple) {
        return new Socket(id, id, Leg.CLIENT, tuple);
    }

    static Socket server(int id, int client, FourTuple tuple) {
        return new Socket(id, client, Leg.SERVER, tuple);
    }

    Fact opened(long millis) {
        return new ConnectionOpened(id, leg, tuple, client, "", Script.millis(millis));
    }

    Fact closed(long toServer, long toClient, long millis) {
        return closed(toServer, toClient, Close.BY_US, millis);
    }

    Fact closed(long toServer, long toClient, Close how, long millis) {
        return new ConnectionClosed(id, client, toServer, toClient, how, "", Optional.empty(), Script.millis(millis));
    }

    Fact tls(int phase, long toServerStart, long toClientStart) {
        return new TlsBegan(id, client, phase, toServerStart, toClientStart, Script.millis(0));
    }

    Fact record(int phase, Heading heading, long wireStart, long wireEnd, long plainStart, long plainEnd) {
        return new RecordMoved(id, client, phase, heading, 23, wireStart, wireEnd, plainStart, plainEnd, true, Script.millis(0));
    }

    /** Several records told as one, because nobody could tell them apart. */
    Fact blurredRecord(int phase, Heading heading, long wireStart, long wireEnd, long plainStart, long plainEnd) {
        return new RecordMoved(id, client, phase, heading, 23, wireStart, wireEnd, plainStart, plainEnd, false, Script.millis(0));
    }

    /** The same, told at another time: nanoseconds since 1970. */
    static Fact at(Fact fact, long at) {
        if (fact instanceof ConnectionOpened f) {
            return new ConnectionOpened(f.id(), f.leg(), f.tuple(), f.client(), f.host(), at);
        }
        if (fact instanceof ConnectionClosed f) {
            return new ConnectionClosed(f.id(), f.client(), f.toServer(), f.toClient(), f.how(), f.reason(), f.tcpInfo(), at);
        }
        if (fact instanceof MessageBegan f) {
            return new MessageBegan(f.message(), f.connection(), f.phase(), f.plainStart(), f.head(), f.status(), at, at);
        }
        MessageEnded f = (MessageEnded) fact;
        return new MessageEnded(f.message(), f.plainEnd(), f.contentLength(), f.trailers(), f.end(), at);
    }

    MessageKey key(int exchange, MessageKind kind) {
        return new MessageKey(new ExchangeId(client, exchange), leg, kind);
    }

    Fact began(int exchange, MessageKind kind, int phase, long plainStart) {
        return new MessageBegan(key(exchange, kind), id, phase, plainStart, new byte[0], 0, Script.millis(0), Script.millis(0));
    }

    Fact ended(int exchange, MessageKind kind, long plainEnd, long millis) {
        return new MessageEnded(key(exchange, kind), plainEnd, 0, new byte[0], End.COMPLETE, Script.millis(millis));
    }

    /** A whole message in clear. */
    Fact[] message(int exchange, MessageKind kind, long start, long end, long millis) {
        return new Fact[] {began(exchange, kind, 0, start), ended(exchange, kind, end, millis)};
    }
}
