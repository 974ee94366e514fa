package dev.plumbline.dump;

/** Hears how far an import is. */
@FunctionalInterface
public interface ImportProgress {
    ImportProgress NONE = (done, total) -> { };

    /**
     * Called often.
     *
     * @param done octets of the file read
     * @param total octets of it; −1 when nobody knows
     */
    void at(long done, long total);
}
