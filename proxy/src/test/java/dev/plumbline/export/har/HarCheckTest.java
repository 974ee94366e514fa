package dev.plumbline.export.har;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarCheckTest {
    @TempDir
    private Path directory;

    /** One thing at a time is made wrong in a file that is right. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"time\":0.031|\"time\":0.035|its phases add up to",
        "\"wait\":0.009|\"wait\":-1|wait is -1.0",
        "\"blocked\":0.004|\"blocked\":-0.5|blocked is -0.5",
        "\"ssl\":0.004|\"ssl\":0.5|is more than connect",
        "\"ssl\":0.004|\"ssl\":null|ssl is no number",
        "\"version\":\"1.2\"|\"version\":\"1.1\"|version is not 1.2",
        "\"pageref\":\"page_1\"|\"pageref\":\"page_2\"|pageref names no page",
        "\"startedDateTime\":\"2026-11-22T07:00:00.123Z\",\"time\"|\"startedDateTime\":\"2026-11-22T07:00:00.123\",\"time\"|no date with a zone",
        "\"url\":\"http://example.com/a?b=c%20d\"|\"url\":\"/a\"|url is not absolute",
        "\"url\":\"http://example.com/a?b=c%20d\"|\"url\":\"http://example.com/#a\"|url has a fragment",
        "\"size\":12|\"size\":13|and nothing says why",
        "\"size\":12|\"size\":12.5|size is no whole number",
        "\"size\":12|\"size\":12,\"compression\":3|compression is 3",
        "\"expires\":\"2026-10-21T07:28:00.000Z\"|\"expires\":\"Wed, 21 Oct 2026\"|expires is no date",
        "\"serverIPAddress\":\"127.0.0.1\"|\"serverIPAddress\":\"\"|serverIPAddress is empty",
        "\"connection\":\"c2\",\"_exchange\"|\"connection\":5,\"_exchange\"|connection is no text",
        "\"redirectURL\":\"\"|\"redirectURL\":null|redirectURL is no text",
        "\"frames\":[9,10]|\"frames\":[10,9]|frame 9 after 10",
        "\"frames\":[9,10]|\"frames\":[9,17]|frame 17 of 16",
        "\"frames\":[9,10]|\"frames\":[]|coverage complete, without frames",
        "\"coverage\":\"complete\",\"reason\":null|\"coverage\":\"none\",\"reason\":\"dropped\"|coverage none, with frames",
        "\"coverage\":\"complete\",\"reason\":null|\"coverage\":\"partial\",\"reason\":null|partial without a reason",
        "\"wireRanges\":[[0,97]]|\"wireRanges\":[[0,97],[90,99]]|does not follow",
        "\"firstAt\":\"2026-11-22T07:00:00.124256789Z\"|\"firstAt\":\"2026-11-22T07:00:01.124256789Z\"|lastAt is before firstAt",
        "\"how\":\"fin\"|\"how\":\"gone\"|how is gone",
        "\"_annotations\":[|\"_annotations\":{},\"_x\":[|_annotations is no list",
        "\"code\":\"retransmission\"|\"code\":\"bad luck\"|code is bad luck",
        "\"leg\":\"server\"|\"leg\":\"origin\"|leg is origin",
        "\"severity\":\"warn\"|\"severity\":\"warning\"|severity is warning",
        "\"frames\":[11,10]|\"frames\":[11,17]|frame 17 of 16",
        "\"frames\":[11,10]|\"frames\":[]|without frames",
        "\"text\":\"retransmission|\"text\":7,\"_x\":\"retransmission|text is no text",
        "\"_exchange\":\"c1.1\"|\"_exchange\":\"c3.1\"|is not that of c3.1",
        "\"headersSize\":97|\"headersSize\":-2|headersSize is -2",
    })
    void whatIsWrongIsFound(String right, String wrong, String finding) throws IOException {
        String har = Files.readString(Path.of("src/test/resources/dev/plumbline/export/one-get.har"));
        assertThat(har).contains(right);
        String changed = har.replace(right, wrong);
        assertThat(HarCheck.check(Files.writeString(directory.resolve("x.har"), changed), 16)).anySatisfy(found -> assertThat(found).contains(finding));
        assertThat(HarCheck.check(Files.writeString(directory.resolve("x.har"), har), 16)).isEmpty();
    }
}
