package dev.plumbline.fact;

/** Something one source saw. See the package. */
public sealed interface Fact permits RelayFact, CaptureFact, FactsLost {
}
