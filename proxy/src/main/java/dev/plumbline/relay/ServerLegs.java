package dev.plumbline.relay;

import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.Timing;
import dev.plumbline.wire.ConnectionId;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The server legs of one client connection: opened for it, kept for it while they are idle, closed with it.
 *
 * <p>Owned by: the client connection's event loop.
 * <p>Limits: {@value #KEPT} legs to different origins are kept; a further one takes the place of the oldest idle one.
 */
final class ServerLegs {
    static final int KEPT = 6;
    private static final Dial.Steps NO_STEPS = new Dial.Steps(Timing.NEVER, Timing.NEVER, Timing.NEVER, Timing.NEVER);

    private final Services services;
    private final EventLoop loop;
    private final FactSink facts;
    private final ConnectionId client;
    private final List<ServerLeg> legs = new ArrayList<>();
    private ServerLeg failed;
    private Dial dialing;
    private boolean closed;

    ServerLegs(Services services, EventLoop loop, FactSink facts, ConnectionId client) {
        this.services = services;
        this.loop = loop;
        this.facts = facts;
        this.client = client;
    }

    /** What comes of asking for a leg: exactly one call, unless the client goes first. */
    interface Ready {
        void leg(ServerLeg leg);

        void failed(Failure failure, Dial.Steps steps);
    }

    /** A leg to this origin that can take a request: one that is there, else a new one. */
    void obtain(Origin origin, String tlsName, Ready ready) {
        for (ServerLeg leg : legs) {
            if (leg.origin().equals(origin) && (leg.canServe() || leg.hasTlsFailureToTell())) {
                leg.whenSecured(() -> handOver(leg, ready));
                return;
            }
        }
        if (failed != null && failed.origin().equals(origin) && failed.takeTlsFailure()) {
            ready.failed(ofTls(failed), NO_STEPS);
            return;
        }
        dial(origin, new Ready() {
            @Override
            public void leg(ServerLeg leg) {
                if (origin.isSecure()) {
                    leg.secure(client, tlsName);
                }
                leg.whenSecured(() -> handOver(leg, ready));
            }

            @Override
            public void failed(Failure failure, Dial.Steps steps) {
                ready.failed(failure, steps);
            }
        });
    }

    /** Opens a connection and leaves it as it is: no TLS yet. */
    void dial(Origin origin, Ready ready) {
        makeRoom();
        dialing = new Dial(services, loop, facts, client, origin.host(), origin.port(), new Dial.Outcome() {
            @Override
            public void connected(EpollSocketChannel connection, ConnectionTap tap, Dial.Steps steps) {
                dialing = null;
                Room.Share share = services.room().share();
                if (!share.holds(Room.CONNECTION)) {
                    tap.because("no room for it");
                    connection.close();
                    ready.failed(services.room().failure(), steps);
                    return;
                }
                ServerLeg leg = new ServerLeg(tap, facts, share, services, origin, steps, ServerLegs.this::gone);
                connection.pipeline().addLast(leg);
                legs.add(leg);
                ready.leg(leg);
            }

            @Override
            public void failed(Failure failure, Dial.Steps steps) {
                dialing = null;
                ready.failed(failure, steps);
            }
        });
        dialing.start();
    }

    private void handOver(ServerLeg leg, Ready ready) {
        if (closed) {
            return;
        }
        if (leg.takeTlsFailure()) {
            legs.remove(leg);
            leg.close("TLS failed");
            ready.failed(ofTls(leg), NO_STEPS);
        } else if (!leg.isActive()) {
            ready.failed(Failure.badGateway("origin-closed", leg.origin() + " closed the connection before the request was sent."),
                    NO_STEPS);
        } else {
            ready.leg(leg);
        }
    }

    /** A leg whose TLS failed before a request asked for it: that request is told, instead of failing a second time. */
    private void gone(ServerLeg leg) {
        legs.remove(leg);
        if (leg.tlsFailure().isPresent()) {
            failed = leg;
        }
    }

    private static Failure ofTls(ServerLeg leg) {
        var why = leg.tlsFailure().orElseThrow();
        String sentence = "TLS with " + leg.origin() + " failed: " + why.reason() + ".";
        return switch (why.kind()) {
            case TIMEOUT -> Failure.timeout("tls-timeout", sentence);
            case SELF_SIGNED, UNKNOWN_AUTHORITY, BAD_CERTIFICATE -> Failure.badGateway("tls-untrusted", sentence
                    + " To go on all the same, trust its authority with --upstream-ca FILE, or start with --insecure-upstream.");
            // No authority makes these good.
            case EXPIRED, NOT_YET_VALID, WRONG_NAME -> Failure.badGateway("tls-untrusted", sentence
                    + " To go on all the same, start with --insecure-upstream.");
            default -> Failure.badGateway("tls-failed", sentence);
        };
    }

    private void makeRoom() {
        Iterator<ServerLeg> oldestFirst = legs.iterator();
        int surplus = legs.size() - KEPT + 1;
        List<ServerLeg> surplusLegs = new ArrayList<>();
        while (surplus > 0 && oldestFirst.hasNext()) {
            ServerLeg leg = oldestFirst.next();
            if (leg.isIdle()) {
                surplusLegs.add(leg);
                surplus--;
            }
        }
        surplusLegs.forEach(leg -> leg.close("made room for another origin"));
    }

    /** The client is gone, and nobody else may have what belonged to it. */
    void closeAll(String why, boolean shutdown) {
        closed = true;
        if (dialing != null) {
            dialing.cancel();
            dialing = null;
        }
        for (ServerLeg leg : List.copyOf(legs)) {
            if (shutdown) {
                leg.tap.shuttingDown();
            }
            leg.close(why);
        }
    }
}
