package dev.plumbline.cli;

import dev.plumbline.recording.Build;

/** Which build this is, and on what it runs. */
final class Version {
    private Version() {
    }

    static String text() {
        return Build.VERSION + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")";
    }
}
