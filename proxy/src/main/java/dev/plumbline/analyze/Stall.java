package dev.plumbline.analyze;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.util.List;

/**
 * A time during which octets of one heading could not move on one leg, and why.
 *
 * @param kind one of the parts that are stalls
 * @param heading of the octets that were held up
 * @param packets the evidence
 */
record Stall(Part kind, Leg leg, Heading heading, long from, long to, List<PacketId> packets) {
    Stall on(Leg other) {
        return new Stall(kind, other, heading, from, to, packets);
    }

    /** Whether it held up what the exchange was waiting for in that part. Back-pressure crosses the proxy, loss does not. */
    boolean holdsUp(Part part, Leg partLeg) {
        return switch (part) {
            case CLIENT_SENDS -> heading == Heading.TO_SERVER && (leg == Leg.CLIENT || kind == Part.ZERO_WINDOW);
            case SENDING -> leg == Leg.SERVER && heading == Heading.TO_SERVER;
            case WAITING -> leg == Leg.SERVER && heading == Heading.TO_SERVER && kind == Part.LOSS;
            case RECEIVING -> heading == Heading.TO_CLIENT && (leg == Leg.SERVER || kind == Part.ZERO_WINDOW);
            case CLIENT_RECEIVES -> leg == Leg.CLIENT && heading == Heading.TO_CLIENT;
            case CONNECT, ORIGIN_TLS, CLIENT_TLS -> leg == partLeg && kind == Part.LOSS;
            default -> false;
        };
    }

    /** How near it is to the cause: a window that is closed further down the way is why those before it close. */
    int rank(Part part) {
        if (kind == Part.ZERO_WINDOW) {
            boolean further = part == Part.CLIENT_SENDS ? leg == Leg.SERVER : leg == Leg.CLIENT;
            return further ? 0 : 1;
        }
        return kind == Part.LOSS ? 2 : 3;
    }
}
