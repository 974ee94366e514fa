package dev.plumbline.recording;

/** Which build this is: it signs the recordings and exports that it writes. */
public final class Build {
    /** The pom's version, without a qualifier. */
    public static final String VERSION = "0.1.0";

    private Build() {
    }
}
