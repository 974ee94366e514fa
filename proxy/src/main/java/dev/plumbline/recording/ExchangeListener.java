package dev.plumbline.recording;

import dev.plumbline.analyze.Diagnosis;
import java.util.Optional;

/** Hears of each exchange once, on the recorder thread: it must be quick. */
@FunctionalInterface
public interface ExchangeListener {
    /** @param diagnosis what is known to be bad about it at this moment; empty when that is nothing */
    void ended(ExchangeRow row, Optional<Diagnosis> diagnosis);

    /**
     * What {@link #ended} said of the packets of an exchange is void: they are not certainly its. Rare.
     *
     * @param row the exchange as it is written now
     */
    default void takenBack(ExchangeRow row) {
    }
}
