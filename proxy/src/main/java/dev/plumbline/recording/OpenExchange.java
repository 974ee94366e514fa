package dev.plumbline.recording;

import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.MessageKind;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Leg;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An exchange while facts and findings on it still come; writes itself as a row at any time.
 *
 * <p>Owned by: the recorder thread.
 */
final class OpenExchange implements Database.Row {
    private static final Comparator<OpenMessage> ORDER = Comparator
            .comparing((OpenMessage m) -> m.key().leg()).thenComparing(m -> m.key().kind()).thenComparing(m -> m.key().ordinal());

    final ExchangeBegan began;
    /** When the recorder heard of it, by its own clock. */
    final long heardAt;
    /** The same of its end; −1 before. */
    long endHeardAt = -1;
    Role role;
    String sni = "";
    ExchangeEnded ended;
    Optional<ConnectionId> server = Optional.empty();
    int status;
    /** Something has changed since it was last given to the database. */
    boolean isDirty = true;
    boolean isTold;
    /** Its row in the database, in the order in which rows were first written; 0 before. */
    long row;
    private long octets;
    final List<OpenMessage> messages = new ArrayList<>(4);
    private final ContentWriter content;

    OpenExchange(ExchangeBegan began, long heardAt, ContentWriter content) {
        this.began = began;
        this.heardAt = heardAt;
        this.content = content;
        this.role = began.role();
    }

    ExchangeId id() {
        return began.exchange();
    }

    void add(OpenMessage message) {
        messages.add(message);
        if (message.key().leg() == Leg.SERVER) {
            server = Optional.of(message.began.connection());
        } else if (message.key().kind() == MessageKind.RESPONSE) {
            status = message.began.status();
        }
    }

    /** Null when there is none such, because its beginning was lost. */
    OpenMessage message(MessageKey key) {
        for (int i = 0; i < messages.size(); i++) {
            MessageKey other = messages.get(i).key();
            if (other.leg() == key.leg() && other.kind() == key.kind() && other.ordinal() == key.ordinal()) {
                return messages.get(i);
            }
        }
        return null;
    }

    /** Whether nothing more will come. */
    boolean isComplete() {
        if (ended == null) {
            return false;
        }
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.get(i).isSettled()) {
                return false;
            }
        }
        return true;
    }

    /**
     * The last octet the client got, or else the end of the exchange. A tunnel's end is that of what it carried; of one that
     * carried nothing, its own. A CONNECT that was refused led to none.
     */
    long endedAt() {
        if (ended == null) {
            return -1;
        }
        long answered = ended.timing().answerLastAt() == Timing.NEVER ? ended.at() : ended.timing().answerLastAt();
        return role == Role.TUNNEL && status < 300 ? Math.max(answered, carriedUntil().orElse(ended.at())) : answered;
    }

    private OptionalLong carriedUntil() {
        long last = -1;
        for (int i = 0; i < messages.size(); i++) {
            OpenMessage message = messages.get(i);
            MessageKind kind = message.key().kind();
            boolean isCarried = kind == MessageKind.TUNNEL_TO_SERVER || kind == MessageKind.TUNNEL_TO_CLIENT;
            if (isCarried && message.ended != null && message.key().leg() == Leg.CLIENT) {
                last = Math.max(last, message.ended.lastAt());
            }
        }
        return last < 0 ? OptionalLong.empty() : OptionalLong.of(last);
    }

    /** A rough size of its row in the database, as it was when it was last given to be written. */
    @Override
    public long octets() {
        return octets;
    }

    /** What there is of it now is to be written. */
    void measure() {
        long sum = 300;
        for (int i = 0; i < messages.size(); i++) {
            OpenMessage message = messages.get(i);
            sum += message.began.head().length + message.trailers().length + 120 + (message.covered == null ? 0 : 16L * message.covered.ranges().size());
        }
        octets = sum;
    }

    @Override
    public void write(Database database) throws SQLException {
        database.exchanges().write(this, content);
    }

    ExchangeRow toRow() {
        messages.sort(ORDER);
        return new ExchangeRow(
                id(), role, began.method(), began.scheme(), began.authority(), began.target(), status, server, sni, ended != null,
                ended == null ? "" : ended.failure(), ended == null ? "" : ended.faultCode(), ended != null && ended.answeredByProxy(),
                began.at(), endedAt(), Optional.ofNullable(ended).map(ExchangeEnded::timing),
                messages.stream().map(m -> m.toRow(content)).toList());
    }
}
