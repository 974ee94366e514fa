package dev.plumbline.recording;

import dev.plumbline.correlate.Finding.FlowUnbound;
import dev.plumbline.correlate.Finding.MessageCovered;
import dev.plumbline.fact.DiskBudget.Use;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The exchanges something may still be said about. Each leaves as a row when it is complete; one that stays open for more
 * than a second is written as it is, so that readers see it and a crash does not take it.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #MAX_OPEN} exchanges; beyond, the oldest leaves as it is. What has ended waits for its coverage for
 * at most {@value #PATIENCE_SECONDS} s; what comes later goes straight into its row.
 */
final class ExchangeLedger {
    static final int MAX_OPEN = 1 << 18;
    static final int PATIENCE_SECONDS = 120;
    static final long SECOND = 1_000_000_000L;
    private static final long TELL_NANOS = 750_000_000L;
    private final Set<ConnectionId> closed = new HashSet<>();
    private final Map<ExchangeId, OpenExchange> open = new LinkedHashMap<>();
    /** Whom the last fact was about: the next one often is about it too. */
    private OpenExchange latest;
    private final ContentWriter content;
    private final SizeLimit limit;
    private final int contentCap;
    private final Consumer<Database.Row> rows;
    private final Consumer<OpenExchange> ended;
    private long written;

    /**
     * @param rows takes what is to be written
     * @param ended told once of each exchange that ended, when its coverage is known or a second later
     */
    ExchangeLedger(ContentWriter content, SizeLimit limit, int contentCap, Consumer<Database.Row> rows, Consumer<OpenExchange> ended) {
        this.content = content;
        this.limit = limit;
        this.contentCap = contentCap;
        this.rows = rows;
        this.ended = ended;
    }

    void began(RelayFact.ExchangeBegan fact, long now) {
        latest = new OpenExchange(fact, now, content);
        open.put(fact.exchange(), latest);
        if (open.size() > MAX_OPEN) {
            OpenExchange oldest = open.values().iterator().next();
            remove(oldest);
            give(oldest);
        }
    }

    void roleChanged(RelayFact.RoleChanged fact) {
        OpenExchange exchange = find(fact.exchange());
        if (exchange != null) {
            exchange.role = fact.role();
            exchange.sni = fact.sni();
            exchange.isDirty = true;
        }
    }

    void began(RelayFact.MessageBegan fact) {
        OpenExchange exchange = find(fact.message().exchange());
        if (exchange != null) {
            exchange.add(new OpenMessage(fact));
            exchange.isDirty = true;
        }
    }

    /** @throws IOException when the disk takes no more; the content of that message ends there */
    void content(RelayFact.ContentSeen fact) throws IOException {
        OpenMessage message = message(fact.message());
        if (message == null) {
            return;
        }
        int length = fact.octets().length;
        message.contentSeen += length;
        int wanted = (int) Math.min(length, contentCap - message.stored);
        if (message.contentStopped || wanted <= 0) {
            return;
        }
        message.contentStopped = true;
        if (limit.take(Use.CONTENT, wanted)) {
            message.stored(content.append(fact.octets(), wanted), wanted);
            message.contentStopped = wanted < length;
        }
    }

    void ended(RelayFact.MessageEnded fact) {
        OpenExchange exchange = find(fact.message().exchange());
        OpenMessage message = exchange == null ? null : exchange.message(fact.message());
        if (message != null) {
            message.ended = fact;
            exchange.isDirty = true;
        }
    }

    void ended(RelayFact.ExchangeEnded fact, long now) {
        OpenExchange exchange = find(fact.exchange());
        if (exchange != null) {
            exchange.ended = fact;
            exchange.endHeardAt = now;
            exchange.isDirty = true;
            leaveIfComplete(exchange);
        }
    }

    void covered(MessageCovered finding) {
        OpenExchange exchange = find(finding.message().exchange());
        OpenMessage message = exchange == null ? null : exchange.message(finding.message());
        if (message != null) {
            message.covered = finding;
            exchange.isDirty = true;
            leaveIfComplete(exchange);
        } else if (exchange == null) {
            rows.accept(new LateCoverage(finding));
        }
    }

    /** What was said of its messages is void. The rows of exchanges that have left are not corrected here. */
    void unbound(FlowUnbound finding) {
        for (OpenExchange exchange : open.values()) {
            for (OpenMessage message : exchange.messages) {
                MessageCovered covered = message.covered;
                if (covered != null && covered.connection().equals(finding.connection()) && covered.flow().isPresent()) {
                    message.covered = covered.unbound();
                    exchange.isDirty = true;
                }
            }
        }
    }

    /** Facts are missing, perhaps content: what is kept of a message is a beginning without holes, so it ends here. */
    void lost(FactsLost fact) {
        for (OpenExchange exchange : open.values()) {
            for (OpenMessage message : exchange.messages) {
                message.contentStopped = true;
            }
        }
    }

    /** Its exchanges say nothing more; those whose end was lost leave as they are, once nothing can be found out about them. */
    void closed(ConnectionId client) {
        closed.add(client);
    }

    /** A few times a second: what has been waiting is written and told as it is. */
    void tick(long now) {
        if (!closed.isEmpty()) {
            open.values().stream().filter(e -> e.endHeardAt < 0 && closed.contains(e.id().client())).forEach(e -> e.endHeardAt = now);
            closed.clear();
        }
        for (Iterator<OpenExchange> each = open.values().iterator(); each.hasNext();) {
            OpenExchange exchange = each.next();
            if (exchange.endHeardAt >= 0 && now - exchange.endHeardAt >= TELL_NANOS) {
                tell(exchange);
            }
            boolean givenUp = exchange.endHeardAt >= 0 && now - exchange.endHeardAt >= PATIENCE_SECONDS * SECOND;
            if (exchange.isDirty && now - exchange.heardAt >= SECOND || givenUp) {
                exchange.isDirty = false;
                give(exchange);
            }
            if (givenUp) {
                each.remove();
                latest = null;
            }
        }
    }

    /** The end of the recording: all leave. */
    void finish() {
        for (OpenExchange exchange : open.values()) {
            tell(exchange);
            give(exchange);
        }
        open.clear();
        latest = null;
    }

    /** How many there are. */
    int size() {
        return open.size();
    }

    private void leaveIfComplete(OpenExchange exchange) {
        if (exchange.isComplete()) {
            tell(exchange);
            remove(exchange);
            give(exchange);
        }
    }

    /** Numbered as they are written, rows only ever come at the end of the table: there a page is filled once and left. */
    private void give(OpenExchange exchange) {
        if (exchange.row == 0) {
            exchange.row = ++written;
        }
        exchange.measure();
        rows.accept(exchange);
    }

    private void tell(OpenExchange exchange) {
        if (!exchange.isTold && exchange.ended != null) {
            exchange.isTold = true;
            ended.accept(exchange);
        }
    }

    private void remove(OpenExchange exchange) {
        open.remove(exchange.id());
        latest = null;
    }

    /** Null when there is none. */
    private OpenExchange find(ExchangeId id) {
        if (latest == null || !latest.id().equals(id)) {
            latest = open.get(id);
        }
        return latest;
    }

    private OpenMessage message(MessageKey key) {
        OpenExchange exchange = find(key.exchange());
        return exchange == null ? null : exchange.message(key);
    }
}
