package dev.plumbline.recording;

import java.nio.file.Path;

/** Placeholder that keeps the reader's shape compiling until the store lands. */
final class StoredRecording {
    private StoredRecording() {
    }

    static Recording open(Path directory) {
        throw new RecordingException("not a recording: " + directory);
    }
}
