package dev.plumbline.analyze;

import dev.plumbline.wire.Heading;
import dev.plumbline.wire.Leg;

/**
 * What the two ends of a leg are called, in every sentence that names them.
 *
 * @param initiator who sent the SYN
 * @param responder who answered it
 */
public record Ends(String initiator, String responder) {
    private static final Ends CLIENT_LEG = new Ends("client", "proxy");
    private static final Ends SERVER_LEG = new Ends("proxy", "origin");
    private static final Ends DIRECT = new Ends("client", "origin");

    /** @param isDirect whether there was no proxy in between, as far as a dump made elsewhere can tell: then both legs are the one connection */
    public static Ends of(Leg leg, boolean isDirect) {
        return isDirect ? DIRECT : leg == Leg.CLIENT ? CLIENT_LEG : SERVER_LEG;
    }

    public String sender(Heading heading) {
        return heading == Heading.TO_SERVER ? initiator : responder;
    }

    public String receiver(Heading heading) {
        return sender(heading.opposite());
    }
}
