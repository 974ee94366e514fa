package dev.plumbline.cli;

import java.util.List;

/** Lists interfaces. */
@FunctionalInterface
interface DeviceLister {
    List<Device> list();

    /**
     * An interface, and whether it can be captured.
     *
     * @param link what its frames are; empty when it could not be opened
     * @param problem why it cannot be captured; empty when it can
     */
    record Device(String name, List<String> addresses, boolean isUp, String link, String problem) {
        public Device {
            addresses = List.copyOf(addresses);
        }

        boolean isCapturable() {
            return problem.isEmpty();
        }
    }
}
