package dev.plumbline.fact;

/**
 * The queue of a source was full, or the recorder ended before it had handled all of it, so facts of it are missing from
 * here on. Whatever the source says later about
 * connections that were open at the time can only be partial.
 *
 * @param source the name of the source, as given when its sink was made: {@code relay-0}, {@code capture-lo}
 * @param count facts lost since the last such fact, ≥ 1
 * @param at when the loss was noticed
 */
public record FactsLost(String source, long count, long at) implements Fact {
}
