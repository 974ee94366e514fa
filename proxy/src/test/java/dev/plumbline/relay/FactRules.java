package dev.plumbline.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.MessageKey;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.RelayFact.ConnectionClosed;
import dev.plumbline.fact.RelayFact.ConnectionEstablished;
import dev.plumbline.fact.RelayFact.ConnectionOpened;
import dev.plumbline.fact.RelayFact.ContentSeen;
import dev.plumbline.fact.RelayFact.End;
import dev.plumbline.fact.RelayFact.ExchangeBegan;
import dev.plumbline.fact.RelayFact.ExchangeEnded;
import dev.plumbline.fact.RelayFact.MessageBegan;
import dev.plumbline.fact.RelayFact.MessageEnded;
import dev.plumbline.fact.RelayFact.RecordMoved;
import dev.plumbline.fact.RelayFact.RoleChanged;
import dev.plumbline.fact.RelayFact.SocketSampled;
import dev.plumbline.fact.RelayFact.TlsBegan;
import dev.plumbline.fact.RelayFact.TlsEstablished;
import dev.plumbline.fact.RelayFact.TlsSecret;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.Heading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules that everything a relay tells obeys, whatever happened to it: each beginning has its one end, in order;
 * messages do not overlap; records leave no hole; octets add up. To be asked when the relay is closed.
 */
final class FactRules {
    private final List<String> broken = new ArrayList<>();
    private final Map<ConnectionId, ConnectionOpened> opened = new HashMap<>();
    private final Map<ConnectionId, ConnectionClosed> closed = new HashMap<>();
    private final Map<ExchangeId, ExchangeBegan> began = new LinkedHashMap<>();
    private final Map<ExchangeId, ExchangeEnded> ended = new HashMap<>();
    private final Map<MessageKey, MessageBegan> messages = new LinkedHashMap<>();
    private final Map<MessageKey, MessageEnded> messageEnds = new HashMap<>();
    private final Map<MessageKey, Long> contentSeen = new HashMap<>();
    private final Map<ConnectionId, TlsBegan> phases = new HashMap<>();
    private final Map<String, RecordMoved> lastRecords = new HashMap<>();
    private final Map<String, TreeMap<Long, Long>> ranges = new HashMap<>();
    private final Map<String, Long> lastStarts = new HashMap<>();

    private FactRules() {
    }

    /** @param facts all of them, in the order of one event loop */
    static void hold(List<Fact> facts) {
        FactRules rules = new FactRules();
        for (Fact fact : facts) {
            if (fact instanceof RelayFact told) {
                rules.next(told);
            }
        }
        rules.atTheEnd();
        assertThat(rules.broken).as("rules of what is told, of " + facts.size() + " facts").isEmpty();
    }

    private void must(boolean holds, String rule, Object about) {
        if (!holds) {
            broken.add(rule + ": " + about);
        }
    }

    private void next(RelayFact fact) {
        must(fact.at() > 1_700_000_000_000_000_000L, "a time is nanoseconds since 1970", fact);
        if (fact instanceof ConnectionOpened f) {
            must(opened.put(f.id(), f) == null, "a connection opens once", f);
        } else if (fact instanceof ConnectionClosed f) {
            connectionClosed(f);
        } else if (fact instanceof ConnectionEstablished f) {
            isOpen(f.id(), f);
        } else if (fact instanceof TlsBegan f) {
            isOpen(f.id(), f);
            phases.put(f.id(), f);
        } else if (fact instanceof TlsEstablished f) {
            isOpen(f.id(), f);
        } else if (fact instanceof TlsSecret f) {
            isOpen(f.id(), f);
        } else if (fact instanceof SocketSampled f) {
            isOpen(f.id(), f);
        } else if (fact instanceof RecordMoved f) {
            recordMoved(f);
        } else {
            ofExchange(fact);
        }
    }

    private void isOpen(ConnectionId id, RelayFact fact) {
        must(opened.containsKey(id) && !closed.containsKey(id), "said while its connection is open", fact);
    }

    private void connectionClosed(ConnectionClosed f) {
        isOpen(f.id(), f);
        closed.put(f.id(), f);
        // Outwards a record may have been sealed that the kernel never took.
        boolean isClientLeg = f.id().equals(f.client());
        RecordMoved last = lastRecords.get(f.id() + " " + (isClientLeg ? Heading.TO_SERVER : Heading.TO_CLIENT));
        must(last == null || last.wireEnd() <= (isClientLeg ? f.toServer() : f.toClient()), "records read lie within the octets counted", f);
    }

    private void recordMoved(RecordMoved f) {
        isOpen(f.id(), f);
        must(f.wireStart() < f.wireEnd() && f.plainStart() <= f.plainEnd() && f.exact(), "a record has octets, exactly known", f);
        RecordMoved last = lastRecords.put(f.id() + " " + f.heading(), f);
        TlsBegan phase = phases.get(f.id());
        long wire = last != null ? last.wireEnd() : f.heading() == Heading.TO_SERVER ? phase.toServerStart() : phase.toClientStart();
        must(f.wireStart() == wire, "records leave no hole, here after " + wire, f);
        must(f.plainStart() == (last == null ? 0 : last.plainEnd()), "plain octets of records leave no hole", f + " after " + last);
    }

    private void ofExchange(RelayFact fact) {
        if (fact instanceof ExchangeBegan f) {
            must(began.put(f.exchange(), f) == null, "an exchange begins once", f);
        } else if (fact instanceof ExchangeEnded f) {
            goesOn(f.exchange(), f);
            ended.put(f.exchange(), f);
            timing(f);
            must(f.failure().isEmpty() == f.faultCode().isEmpty(), "a fault has a code and a sentence", f);
        } else if (fact instanceof RoleChanged f) {
            goesOn(f.exchange(), f);
        } else if (fact instanceof MessageBegan f) {
            goesOn(f.message().exchange(), f);
            must(messages.put(f.message(), f) == null, "a message begins once", f);
            isOpen(f.connection(), f);
            must(f.firstAt() <= f.at(), "first octet ≤ head", f);
            String where = f.connection() + " phase " + f.phase() + " " + f.message().kind().heading();
            Long last = lastStarts.put(where, f.plainStart());
            must(last == null || last <= f.plainStart(), "messages ascend on " + where, f);
        } else if (fact instanceof ContentSeen f) {
            must(messages.containsKey(f.message()) && !messageEnds.containsKey(f.message()), "content inside its message", f.message());
            contentSeen.merge(f.message(), (long) f.octets().length, Long::sum);
        } else if (fact instanceof MessageEnded f) {
            messageEnded(f);
        }
    }

    private void goesOn(ExchangeId exchange, RelayFact fact) {
        must(began.containsKey(exchange) && !ended.containsKey(exchange), "said between begin and end of its exchange", fact);
    }

    private void messageEnded(MessageEnded f) {
        goesOn(f.message().exchange(), f);
        MessageBegan start = messages.get(f.message());
        must(start != null, "a message began before it ends", f);
        must(messageEnds.put(f.message(), f) == null, "a message ends once", f);
        if (start == null) {
            return;
        }
        long length = f.plainEnd() - start.plainStart();
        must(length >= 0 && (f.end() == End.CUT || length >= start.head().length), "a message has at least its head", start + " " + f);
        must(f.end() == End.CUT || f.contentLength() <= length - start.head().length, "content fits", f);
        must(contentSeen.getOrDefault(f.message(), 0L) <= f.contentLength(), "content told is content counted",
                contentSeen.get(f.message()) + " in " + f);
        ranges.computeIfAbsent(start.connection() + " phase " + start.phase() + " " + f.message().kind().heading(), where -> new TreeMap<>())
                .merge(start.plainStart(), f.plainEnd(), Math::max);
        must(start.firstAt() <= f.lastAt(), "first ≤ last octet", f);
    }

    private void timing(ExchangeEnded f) {
        Timing t = f.timing();
        long[][] steps = {
            {t.requestFirstAt(), t.requestLastAt()}, {t.resolveStartAt(), t.resolveEndAt()}, {t.connectStartAt(), t.connectEndAt()},
            {t.tlsStartAt(), t.tlsEndAt()}, {t.sendStartAt(), t.sendEndAt()}, {t.responseFirstAt(), t.responseLastAt()},
            {t.answerFirstAt(), t.answerLastAt()}, {t.resolveEndAt(), t.connectStartAt()}, {t.connectEndAt(), t.tlsStartAt()},
            {t.requestFirstAt(), t.sendStartAt()}, {t.sendStartAt(), t.responseFirstAt()}, {t.responseFirstAt(), t.answerFirstAt()},
        };
        for (long[] step : steps) {
            must(step[0] == Timing.NEVER || step[1] == Timing.NEVER || step[0] <= step[1], "steps in order", t);
        }
    }

    private void atTheEnd() {
        opened.forEach((id, f) -> must(closed.containsKey(id), "a connection that opened closed", f));
        began.forEach((id, f) -> must(ended.containsKey(id), "an exchange that began ended", f));
        messages.forEach((key, f) -> must(messageEnds.containsKey(key), "a message that began ended", f));
        ranges.forEach((where, found) -> found.forEach((start, end) -> {
            Map.Entry<Long, Long> next = found.higherEntry(start);
            must(next == null || end <= next.getKey(), "messages are disjoint on " + where, start + " to " + end + ", then " + next);
        }));
        messageEnds.forEach((key, f) -> {
            MessageBegan start = messages.get(key);
            ConnectionClosed end = start == null ? null : closed.get(start.connection());
            if (end != null && start.phase() == 0 && f.end() == End.COMPLETE) {
                long octets = key.kind().heading() == Heading.TO_SERVER ? end.toServer() : end.toClient();
                must(f.plainEnd() <= octets, "a message in clear lies within the octets counted", f + " in " + end);
            }
        });
    }
}
