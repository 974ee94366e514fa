package dev.plumbline.relay;

import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.util.List;

/**
 * The addresses this process itself listens on. Nobody gets there through the proxy: it would loop, and a page in the
 * user's browser could reach the inspector past its guards. Decided on the resolved address, whatever its spelling was.
 *
 * @param listeners our own
 */
record OwnListeners(List<Endpoint> listeners) {
    OwnListeners {
        listeners = List.copyOf(listeners);
    }

    boolean contains(Endpoint target) {
        for (Endpoint ours : listeners) {
            if (ours.port() == target.port() && isHere(ours.address(), target.address())) {
                return true;
            }
        }
        return false;
    }

    /** A listener on a loopback or unspecified address is reached by more spellings than its own (0.0.0.0 and :: lead to loopback). */
    private static boolean isHere(IpAddress ours, IpAddress target) {
        return ours.equals(target) || target.isUnspecified() || (ours.isLoopback() || ours.isUnspecified()) && target.isLoopback();
    }
}
