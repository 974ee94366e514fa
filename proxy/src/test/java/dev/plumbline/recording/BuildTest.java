package dev.plumbline.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuildTest {
    @Test
    void theVersionIsThePoms() throws IOException {
        assertThat(Files.readString(Path.of("pom.xml"))).containsPattern("<version>" + Build.VERSION.replace(".", "\\.") + "(-SNAPSHOT)?</version>");
    }
}
