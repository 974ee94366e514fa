package dev.plumbline.wire;

/**
 * What names a TCP connection on the wire while it lasts. Ports are reused, so it does not name one for ever: that is
 * what a flow's generation is for.
 *
 * @param initiator who sent the SYN
 * @param responder who answered it
 */
public record FourTuple(Endpoint initiator, Endpoint responder) {
    public FourTuple reversed() {
        return new FourTuple(responder, initiator);
    }

    @Override
    public String toString() {
        return initiator + " → " + responder;
    }

    // Written out: the ones made by the compiler are linked at run time, which costs each start milliseconds and each look-up a call.
    @Override
    public boolean equals(Object object) {
        return object instanceof FourTuple other && initiator.equals(other.initiator) && responder.equals(other.responder);
    }

    @Override
    public int hashCode() {
        return 31 * initiator.hashCode() + responder.hashCode();
    }
}
