package dev.plumbline.recording;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.correlate.Finding;
import dev.plumbline.correlate.Finding.Sighting;
import dev.plumbline.correlate.FindingSink;
import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactsLost;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.fact.Segment;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Heading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the recorder thread does: takes facts from the queues of all sources in turn, shows each to the ledgers and then to
 * the correlator, whose findings come back at once, and writes what is ready a few times a second.
 *
 * <pre>
 *  queues ─▶ fact ─▶ ledgers ──────────────▶ Store
 *               └──▶ correlator ─▶ finding ─▶ ledgers
 * </pre>
 *
 * <p>It is never woken: it looks every {@value #IDLE_MILLIS} ms, so that a source pays for no system call.
 *
 * <p>Owned by: the recorder thread; the collections of queues, subscribers and tasks are filled by others.
 */
final class RecorderLoop implements Runnable {
    static final int IDLE_MILLIS = 20;
    private static final int BUGS_LOGGED = 10;
    private static final int BATCH = 4096;
    /** While the disk takes nothing. */
    private static final int MOST_UNBINDINGS = 1024;
    private static final long FLUSH_NANOS = 200_000_000L;
    private static final long TICK_NANOS = 250_000_000L;
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final long DRAIN_NANOS = 8_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(RecorderLoop.class);

    final List<FactQueue> queues = new CopyOnWriteArrayList<>();
    final Subscribers subscribers = new Subscribers();
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Store store;
    private final SizeLimit limit;
    private final LongSupplier clock;
    private final LongSupplier stopwatch;
    private final PassingTime passing;
    private final CorrelatorPort correlator;
    private final ExchangeLedger exchanges;
    private final ConnectionLedger connections;
    private final FlowLedger flows;
    private final AnnotationLedger annotations;
    private final LiveEvidence evidence;
    private final InterfaceLedger interfaces;
    /** Those subscribers have not been told of. */
    private final List<Unbinding> unbindings = new ArrayList<>();
    private volatile boolean closing;
    /** For those who wait: what passes of it counts, and a clock that is set back takes nothing off. */
    private long now;
    private long flushedAt;
    private long tickedAt;
    private long lookedAt;
    private long factsLost;
    private long bugs;

    /** @param stopwatch nanoseconds from any beginning, which no change of the wall clock moves */
    RecorderLoop(Store store, SizeLimit limit, RecorderOptions options, LongSupplier stopwatch, Function<? super FindingSink, CorrelatorPort> correlators) {
        this.stopwatch = stopwatch;
        this.store = store;
        this.limit = limit;
        this.clock = options.clock();
        this.passing = new PassingTime(clock);
        this.exchanges = new ExchangeLedger(store.content(), limit, options.contentCap(), store::add, this::tell);
        this.connections = new ConnectionLedger(store::add);
        this.flows = new FlowLedger(store::add);
        this.annotations = new AnnotationLedger(store::add);
        this.evidence = new LiveEvidence(connections, annotations);
        this.interfaces = new InterfaceLedger(store::add);
        this.correlator = correlators.apply(new Findings());
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                if (!step()) {
                    LockSupport.parkNanos(IDLE_MILLIS * 1_000_000L);
                }
            }
            end();
        } catch (Throwable e) {
            LOG.error("recorder.died", e);
            throw e;
        }
    }

    /** Asks the thread to drain its queues, write everything and end. */
    void close() {
        closing = true;
    }

    void captureOff() {
        correlator.captureOff();
    }

    void meta(String name, Object value) {
        store.meta(name, value);
    }

    /** Handles a fact at once, for whoever drives the loop instead of its thread. */
    void take(Fact fact) {
        now = clock.getAsLong();
        fact(fact);
    }

    /** The same for a connection that is known to be this flow. */
    void claim(FlowId flow, RelayFact.ConnectionOpened fact) {
        connections.opened(fact);
        guarded(() -> correlator.claim(flow, fact));
    }

    /** Nothing more comes of this connection. */
    void settle(ConnectionId connection) {
        guarded(() -> correlator.settle(connection));
    }

    /** Writes when enough waits for it; {@code all}: what changed about connections too, which may change again until a later time. */
    void writeIfDue(boolean all) {
        if (store.isFull() && !store.isHolding()) {
            connections.flush(all);
            store.flush();
        }
    }

    /** Lets those go who waited long enough, by the time of the facts. */
    void sweep() {
        tick();
        limit.look();
    }

    private void tick() {
        exchanges.tick(now);
        connections.tick(now);
        flows.tick(now);
        annotations.tick(now);
    }

    /** Says and writes everything that is left. */
    void finish(long endedAt) {
        finishAll(Math.max(now, endedAt));
        store.meta("ended_at", endedAt);
        flush();
        store.close();
    }

    /** @return whether some queue may hold more */
    private boolean step() {
        now = passing.now();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        boolean more = false;
        for (FactQueue queue : queues) {
            more |= queue.drain(BATCH, clock.getAsLong(), this::fact) == BATCH;
            writeIfDue(false);
        }
        if (now - tickedAt >= TICK_NANOS) {
            tickedAt = now;
            tick();
        }
        if (now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            limit.look();
        }
        if (now - flushedAt >= (store.isFailing() ? LOOK_NANOS : FLUSH_NANOS) && !store.isHolding()) {
            flush();
        }
        return more;
    }

    private void flush() {
        connections.flush(true);
        store.flush();
        flushedAt = now;
        if (!unbindings.isEmpty()) {
            tellAgain();
        }
    }

    /** What subscribers were told of exchanges that have left, and that is not so. */
    private void tellAgain() {
        for (Unbinding each : unbindings) {
            if (each.isWritten() && !each.changed().isEmpty() && !subscribers.isEmpty()) {
                try {
                    store.read(each.changed(), row -> subscribers.tell(row, subscriber -> subscriber.takenBack(row)));
                } catch (RecordingException e) {
                    LOG.warn("recorder.taken-back reason=\"{}\"", e.getMessage());
                }
            }
        }
        unbindings.removeIf(Unbinding::isWritten);
        if (unbindings.size() > MOST_UNBINDINGS) {
            unbindings.clear();
        }
    }

    private void end() {
        long until = stopwatch.getAsLong() + DRAIN_NANOS;
        boolean more = step();
        while (more && stopwatch.getAsLong() - until < 0) {
            more = step();
        }
        if (more) {
            abandon();
        }
        finishAll(clock.getAsLong());
        store.meta("ended_at", clock.getAsLong());
        flush();
        store.close();
    }

    private void finishAll(long at) {
        guarded(() -> correlator.finish(at));
        exchanges.finish();
        connections.finish();
        flows.finish();
        annotations.finish();
    }

    /** Whoever waits for the end waits no longer: what no time was left for is lost like what found no room. */
    private void abandon() {
        long count = 0;
        for (FactQueue queue : queues) {
            long left = queue.abandon();
            if (left > 0) {
                fact(new FactsLost(queue.source(), left, clock.getAsLong()));
                count += left;
            }
        }
        if (count > 0) {
            LOG.warn("recorder.late facts={} reason=\"not handled within {} s of the end\"", count, DRAIN_NANOS / 1_000_000_000L);
        }
    }

    /** A bug of ours in the handling of one fact costs what that fact says, not the recording. */
    private void fact(Fact fact) {
        // Written out: it runs for every fact, from the first on.
        try {
            handle(fact);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void guarded(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void broken(RuntimeException e) {
        if (++bugs <= BUGS_LOGGED) {
            LOG.error("recorder.bug count={}", bugs, e);
        }
        store.bugs(bugs);
    }

    private void handle(Fact fact) {
        if (fact instanceof CaptureFact.SegmentsSeen seen) {
            annotations.reached(seen.capture(), seen.watermark());
        } else if (fact instanceof RelayFact relay) {
            relayed(relay);
        } else if (fact instanceof CaptureFact capture) {
            interfaces.fact(capture);
        } else if (fact instanceof FactsLost lost) {
            factsLost += lost.count();
            interfaces.lost(lost);
            exchanges.lost(lost);
            store.meta("facts_lost", factsLost);
        }
        correlator.accept(fact);
    }

    /** In the order of how often they come. What only the correlator needs is not named. */
    private void relayed(RelayFact fact) {
        if (fact instanceof RelayFact.RecordMoved) {
            // The most of all, and the correlator's alone.
            return;
        }
        if (fact instanceof RelayFact.MessageBegan began) {
            exchanges.began(began);
        } else if (fact instanceof RelayFact.MessageEnded ended) {
            exchanges.ended(ended);
        } else if (fact instanceof RelayFact.ContentSeen seen) {
            content(seen);
        } else if (fact instanceof RelayFact.ExchangeBegan began) {
            exchanges.began(began, now);
        } else if (fact instanceof RelayFact.ExchangeEnded ended) {
            exchanges.ended(ended, now);
        } else if (fact instanceof RelayFact.SocketSampled sampled) {
            connections.sampled(sampled.id(), sampled.tcpInfo());
        } else if (fact instanceof RelayFact.ConnectionOpened opened) {
            connections.opened(opened);
        } else if (fact instanceof RelayFact.ConnectionEstablished established) {
            connections.established(established);
        } else if (fact instanceof RelayFact.TlsEstablished established) {
            connections.established(established);
        } else if (fact instanceof RelayFact.TlsSecret secret) {
            connections.secret(secret);
        } else if (fact instanceof RelayFact.NameResolved resolved) {
            connections.resolved(resolved);
        } else if (fact instanceof RelayFact.RoleChanged changed) {
            exchanges.roleChanged(changed);
        } else if (fact instanceof RelayFact.ConnectionClosed closed) {
            connections.closed(closed, now);
            if (closed.id().equals(closed.client())) {
                exchanges.closed(closed.id());
            }
        }
    }

    private void content(RelayFact.ContentSeen seen) {
        try {
            exchanges.content(seen);
        } catch (IOException e) {
            store.contentFailed(e);
        }
    }

    /** What the correlator finds, to the ledgers. */
    private final class Findings implements FindingSink {
        @Override
        public void accept(Finding finding) {
            if (finding instanceof Finding.MessageCovered covered) {
                exchanges.covered(covered);
            } else if (finding instanceof Finding.PieceSeen piece) {
                flows.piece(piece);
            } else if (finding instanceof Finding.FlowSeen seen) {
                flows.seen(seen, now);
                annotations.seen(seen, now);
            } else if (finding instanceof Finding.FlowBound bound) {
                connections.bound(bound);
            } else if (finding instanceof Finding.FlowUnbound unbound) {
                unbound(unbound);
            } else if (finding instanceof Finding.ConnectionSettled settled) {
                connections.settled(settled);
            } else if (finding instanceof Finding.PacketPlaced p) {
                packetPlaced(p.packet().number(), p.capture(), p.flow(), p.heading(), p.offset(), p.ackOffset(), p.sighting(), p.segment());
            }
        }

        private void unbound(Finding.FlowUnbound finding) {
            exchanges.unbound(finding);
            Unbinding rows = new Unbinding(finding);
            connections.unbound(finding, rows);
            unbindings.add(rows);
        }

        @Override
        public void packetPlaced(
                long packet, int capture, FlowId flow, Heading heading, long offset, long ackOffset, Sighting sighting, Segment segment) {
            store.packetPlaced(packet, capture, flow, heading, offset, ackOffset, sighting, segment);
            flows.placed(packet, flow.number(), heading, offset, sighting, segment, now);
            annotations.placed(packet, flow.number(), heading, sighting, segment, now);
        }
    }

    private void tell(OpenExchange exchange) {
        if (subscribers.isEmpty()) {
            return;
        }
        ExchangeRow row = exchange.toRow();
        Optional<Diagnosis> diagnosis = badNews(row);
        subscribers.tell(row, subscriber -> subscriber.ended(row, diagnosis));
    }

    private Optional<Diagnosis> badNews(ExchangeRow row) {
        try {
            return evidence.badNews(row);
        } catch (RuntimeException e) {
            broken(e);
            return Optional.empty();
        }
    }
}
