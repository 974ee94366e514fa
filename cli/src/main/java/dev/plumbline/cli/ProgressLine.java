package dev.plumbline.cli;

/**
 * How far long work is, on one line of standard error that is written over; nothing where that is no terminal.
 *
 * <p>Owned by: the thread that works. Cheap when called often: it writes ten times a second at most.
 */
final class ProgressLine implements Exporter.Progress {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final Console console;
    private long nextAt = System.nanoTime() + INTERVAL_NANOS;
    private boolean isShown;

    ProgressLine(Console console) {
        this.console = console;
    }

    @Override
    public void at(String step, long done, long total) {
        if (!console.isErrTerminal() || System.nanoTime() < nextAt) {
            return;
        }
        nextAt = System.nanoTime() + INTERVAL_NANOS;
        isShown = true;
        String share = total > 0 ? "  " + done * 100 / total + " %" : "";
        console.err().print("\r\033[K" + console.errLook().safe(step) + "  " + done + " of " + total + share);
        console.err().flush();
    }

    /** Leaves no trace of it. */
    void clear() {
        if (isShown) {
            console.err().print("\r\033[K");
            console.err().flush();
        }
    }
}
