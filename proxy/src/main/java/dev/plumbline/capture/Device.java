package dev.plumbline.capture;

import dev.plumbline.wire.IpAddress;
import java.util.List;

/**
 * An interface, and whether it can be captured.
 *
 * @param link what its frames are: {@code Ethernet}, {@code raw IP}; empty when it could not be opened
 * @param problem why it cannot be captured; empty when it can
 */
public record Device(String name, List<IpAddress> addresses, boolean isUp, String link, String problem) {
    public Device {
        addresses = List.copyOf(addresses);
    }

    public boolean isCapturable() {
        return problem.isEmpty();
    }
}
