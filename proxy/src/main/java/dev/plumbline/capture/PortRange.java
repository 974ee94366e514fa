package dev.plumbline.capture;

/** The ports from {@code low} to {@code high}, both included. {@code 0..0} is none. */
public record PortRange(int low, int high) {
    private static final PortRange NONE = new PortRange(0, 0);

    public PortRange {
        if (low < 0 || high > 65535 || low > high || low == 0 && high != 0) {
            throw new IllegalArgumentException("ports: " + low + "-" + high + " (expected: 1 <= low <= high <= 65535)");
        }
    }

    public static PortRange none() {
        return NONE;
    }

    public boolean isNone() {
        return high == 0;
    }
}
