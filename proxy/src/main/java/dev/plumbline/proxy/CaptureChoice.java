package dev.plumbline.proxy;

import java.util.List;

/**
 * Which packets to capture.
 *
 * @param mode how
 * @param interfaces for {@link Mode#INTERFACES}, their names; otherwise empty
 */
public record CaptureChoice(Mode mode, List<String> interfaces) {
    public CaptureChoice {
        interfaces = List.copyOf(interfaces);
    }

    /** How interfaces are chosen. */
    public enum Mode {
        /** All that are up and have an address; without the right to capture, none, and the proxy says so. */
        AUTO,
        /** None. */
        OFF,
        /** As {@link #AUTO}, but refuse to start when that is none. */
        REQUIRED,
        /** The named ones; refuse to start when one cannot be captured. */
        INTERFACES
    }

    public static final CaptureChoice AUTO = new CaptureChoice(Mode.AUTO, List.of());
    public static final CaptureChoice OFF = new CaptureChoice(Mode.OFF, List.of());
    public static final CaptureChoice REQUIRED = new CaptureChoice(Mode.REQUIRED, List.of());

    public static CaptureChoice of(List<String> interfaces) {
        return new CaptureChoice(Mode.INTERFACES, interfaces);
    }
}
