package dev.plumbline.export.frames;

/** Hears how far an export is. Called on the exporting thread, often: it must be quick. */
@FunctionalInterface
public interface Progress {
    /** For those who do not want to know. */
    Progress NONE = (step, done, total) -> { };

    /**
     * @param step what is being done: {@code numbering}, {@code comments}, {@code pcapng}, {@code pcap}, {@code har}
     * @param done packets or exchanges done
     * @param total how many there are; {@code done} ends there
     */
    void at(String step, long done, long total);
}
