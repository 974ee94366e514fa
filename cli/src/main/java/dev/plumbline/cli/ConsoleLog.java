package dev.plumbline.cli;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeListener;
import dev.plumbline.recording.ExchangeRow;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Prints exchanges as they come. A terminal that stands still must not hold up the recorder: when the queue is full, lines
 * are left out, and the next line says how many.
 *
 * <p>Owned by: {@link #ended} by any thread, it never waits; printing by a thread of its own between {@link #begin} and {@link #end}.
 * <p>Limits: 4096 exchanges wait at most.
 */
final class ConsoleLog implements ExchangeListener {
    private static final int CAPACITY = 4096;
    private static final long IDLE_MILLIS = 50;
    private static final long DRAIN_MILLIS = 3000;

    private final PrintStream out;
    private final Form form;
    private final Consumer<String> note;
    private final BlockingQueue<News> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread printer = new Thread(this::print, "console log");
    private volatile boolean isEnding;

    private record News(ExchangeRow row, Optional<Diagnosis> diagnosis) {
    }

    /** Makes of an exchange what is printed. */
    @FunctionalInterface
    interface Form {
        /** @return without the last line end; empty for nothing */
        Optional<String> of(ExchangeRow row, Optional<Diagnosis> diagnosis);

        static Form of(LogForm form, Console console) {
            LogLine text = new LogLine(console.look());
            return switch (form) {
                case TEXT -> (row, diagnosis) -> Optional.of(text.of(row) + diagnosis.map(d -> text.under(row, d)).orElse(""));
                case JSON -> (row, diagnosis) -> Optional.of(ExchangeJson.line(row, diagnosis));
                case OFF -> (row, diagnosis) -> Optional.empty();
            };
        }
    }

    /** @param note says what is not an exchange */
    ConsoleLog(PrintStream out, Form form, Consumer<String> note) {
        this.out = out;
        this.form = form;
        this.note = note;
        printer.setDaemon(true);
    }

    static ConsoleLog of(LogForm form, Console console) {
        return new ConsoleLog(console.out(), Form.of(form, console), console::note);
    }

    /** The CONNECT of a tunnel that is read into is no news: its exchanges follow. */
    @Override
    public void ended(ExchangeRow row, Optional<Diagnosis> diagnosis) {
        if (row.role() == Role.INTERCEPTED_CONNECT) {
            return;
        }
        seen.incrementAndGet();
        if (!waiting.offer(new News(row, diagnosis))) {
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
                News news = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (news == null) {
                    if (isEnding) {
                        return;
                    }
                    continue;
                }
                printLine(news);
                if (waiting.isEmpty()) {
                    out.flush();
                    sayLeftOut();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void printLine(News news) {
        try {
            form.of(news.row(), news.diagnosis()).ifPresent(lines -> out.append(lines).append('\n'));
        } catch (RuntimeException e) {
            // The root of this thread: one exchange that cannot be put in words must not end the lines of all that follow.
            note.accept("plumbline: " + news.row().id() + " not printed (" + e + "); the recording has it");
        }
    }

    private void sayLeftOut() {
        long count = leftOut.getAndSet(0);
        if (count > 0) {
            note.accept("plumbline: " + Quantity.count(count, "line") + " not printed, the output was too slow; the recording has them");
        }
    }
}
