package dev.plumbline.cli;

import dev.plumbline.dump.ImportResult;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes recordings of dumps. */
@FunctionalInterface
interface Importer {
    /**
     * Makes one.
     *
     * @param file the dump; {@code -} for standard input
     * @param keys a key log
     * @param directory asked for once the dump turned out to be one
     */
    ImportResult run(Path file, Optional<Path> keys, Supplier<Path> directory, Exporter.Progress progress);
}
