package dev.plumbline.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/timing.md lists is what there is. */
class TimingPageTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "timing.md"));
    }

    @Test
    void thePartsStandInTheOrderInWhichTheyHaveAnInstant() throws IOException {
        List<String> listed = Pattern.compile("(?m)^\\| [^|]+ \\| `([a-z-]+)` \\|").matcher(page()).results().map(row -> row.group(1)).toList();
        assertThat(listed).containsExactlyElementsOf(Arrays.stream(Part.values()).map(Part::word).toList());
    }

    @Test
    void everyCodeAndCauseAndSourceIsNamed() throws IOException {
        String page = page();
        assertThat(Arrays.stream(Diagnosis.Code.values()).map(Diagnosis.Code::word)).allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
        assertThat(Arrays.stream(Reuse.Cause.values()).map(Reuse.Cause::word)).allSatisfy(word -> assertThat(page).contains("| `" + word + "` |"));
        assertThat(Arrays.stream(Source.values()).map(Source::word)).allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
    }
}
