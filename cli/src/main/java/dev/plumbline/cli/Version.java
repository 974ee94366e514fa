package dev.plumbline.cli;

import java.util.Optional;

/** Which build this is. */
final class Version {
    /** For a run from class directories, which have no manifest. */
    private static final String UNPACKAGED = "0.1.0";

    private Version() {
    }

    static String text() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse(UNPACKAGED);
        return version + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")";
    }
}
