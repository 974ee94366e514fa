package dev.plumbline.cli;

import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeRow;
import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Prints exchanges as they come. A terminal that stands still must not hold up the recorder: when the queue is full, lines
 * are left out, and the next line says how many.
 *
 * <p>Owned by: {@link #accept} by any thread, it never waits; printing by a thread of its own between {@link #begin} and {@link #end}.
 * <p>Limits: 4096 exchanges wait at most.
 */
final class ConsoleLog implements Consumer<ExchangeRow> {
    private static final int CAPACITY = 4096;
    private static final long IDLE_MILLIS = 50;
    private static final long DRAIN_MILLIS = 3000;

    private final PrintStream out;
    private final Function<ExchangeRow, String> form;
    private final Consumer<String> note;
    private final BlockingQueue<ExchangeRow> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread printer = new Thread(this::print, "console log");
    private volatile boolean isEnding;

    /**
     * @param form makes the line; null from it means none
     * @param note says what is not an exchange
     */
    ConsoleLog(PrintStream out, Function<ExchangeRow, String> form, Consumer<String> note) {
        this.out = out;
        this.form = form;
        this.note = note;
        printer.setDaemon(true);
    }

    static ConsoleLog of(LogForm form, Console console) {
        LogLine text = new LogLine(console.look());
        Function<ExchangeRow, String> lines = switch (form) {
            case TEXT -> text::of;
            case JSON -> ExchangeJson::line;
            case OFF -> row -> null;
        };
        return new ConsoleLog(console.out(), lines, console::note);
    }

    /** The CONNECT of a tunnel that is read into is no news: its exchanges follow. */
    @Override
    public void accept(ExchangeRow row) {
        if (row.role() == Role.INTERCEPTED_CONNECT) {
            return;
        }
        seen.incrementAndGet();
        if (!waiting.offer(row)) {
            leftOut.incrementAndGet();
        }
    }

    /** From now on lines appear. */
    void begin() {
        printer.start();
    }

    /** Prints what waits, for as long as a reader may take for it. */
    void end() throws InterruptedException {
        isEnding = true;
        printer.join(DRAIN_MILLIS);
    }

    /** How many exchanges came. */
    long seen() {
        return seen.get();
    }

    private void print() {
        try {
            while (true) {
                ExchangeRow row = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (row == null) {
                    if (isEnding) {
                        return;
                    }
                    continue;
                }
                printLine(row);
                if (waiting.isEmpty()) {
                    out.flush();
                    sayLeftOut();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void printLine(ExchangeRow row) {
        String line = form.apply(row);
        if (line != null) {
            out.append(line).append('\n');
        }
    }

    private void sayLeftOut() {
        long count = leftOut.getAndSet(0);
        if (count > 0) {
            note.accept("plumbline: " + Quantity.count(count, "line") + " not printed, the output was too slow; the recording has them");
        }
    }
}
