package dev.plumbline.export.har;

import static dev.plumbline.export.har.Redaction.CREDENTIALS;
import static dev.plumbline.export.har.Redaction.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @ValueSource(strings = {"password", "user[password]", "newPassword", "access_token", "refreshToken", "id-token", "client_secret", "apiKey", "api_key", "key", "code",
        "X-Amz-Signature", "sig", "JSESSIONID", "PHPSESSID", "sessionId", "sid", "auth", "Authorization", "SAMLResponse", "pin", "otp", "csrf", "private_key"})
    void namesOfSecretsAreKnown(String name) {
        assertThat(Redaction.isSecret(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"page", "q", "author", "keyboard", "encoder", "monkey", "design", "spin", "name", "zipcodes", "passenger", "sidebar", ""})
    void namesOfOtherThingsAreLeft(String name) {
        assertThat(Redaction.isSecret(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Cookie|a=b|[redacted]", "set-cookie|a=b|[redacted]", "AUTHORIZATION|Basic x|[redacted]", "Proxy-Authorization|x|[redacted]", "X-Api-Key|x|[redacted]",
        "X-Auth-Token|x|[redacted]", "X-Amz-Security-Token|x|[redacted]", "Accept|text/html|text/html", "Host|x|x",
        "Location|https://u:p@h/cb?code=1&b=2#access_token=3|https://%5Bredacted%5D@h/cb?code=%5Bredacted%5D&b=2#access_token=%5Bredacted%5D",
        "Referer|http://h/?q=1|http://h/?q=1", "Referer|http://u:p@ss@h/?q=1|http://%5Bredacted%5D@h/?q=1", "X-Original-URL|/cb?token=1;b=2|/cb?token=%5Bredacted%5D;b=2",
    })
    void headerFieldsThatHoldCredentialsAreMasked(String name, String value, String expected) {
        assertThat(CREDENTIALS.field(name, value)).isEqualTo(expected);
        assertThat(NONE.field(name, value)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "application/x-www-form-urlencoded|a=1&password=x&b|a=1&password=%5Bredacted%5D&b",
        "application/x-www-form-urlencoded|p%61ssword=x|p%61ssword=%5Bredacted%5D",
        "application/json|{\"a\":1,\"password\":\"x\"}|{\"a\":1,\"password\":\"[redacted]\"}",
        "application/json|{\"pin\":1234,\"token\":null}|{\"pin\":\"[redacted]\",\"token\":null}",
        "application/vnd.x+json|{\"tokens\":[\"a\",{\"b\":\"c\"}],\"d\":[\"e\"]}|{\"tokens\":[\"[redacted]\",{\"b\":\"[redacted]\"}],\"d\":[\"e\"]}",
        "text/plain|[{\"secret\":true}]|[{\"secret\":\"[redacted]\"}]",
        "application/json|{\"password\":\"cut|[redacted: JSON that could not be read to its end]",
        "application/json|{\"password\":\"x\"|[redacted: JSON that could not be read to its end]",
        "text/html|<p>|<p>",
    })
    void fieldsOfContentAreMaskedByName(String type, String text, String expected) {
        assertThat(CREDENTIALS.content(type, text)).isEqualTo(expected);
        assertThat(NONE.content(type, text)).isEqualTo(text);
    }

    @Test
    void theFieldsOfAMultipartFormAreLeftOutWhole() {
        String form = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2\r\n--b--\r\n";
        assertThat(Redaction.CREDENTIALS.content("multipart/form-data", form)).doesNotContain("hunter2").contains("redacted");
        assertThat(Redaction.NONE.content("multipart/form-data", form)).isEqualTo(form);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "expected no name, got 'u:hunter2@h:443' (octet 8, userinfo).|expected no name, got '[redacted]' (octet 8, userinfo).",
        "expected ASCII, got 'GET http://u:hunt'... (octet 9, bad-target).|expected ASCII, got '[redacted]'... (octet 9, bad-target).",
        "expected a value, got 'Cookie: 'a=hunter2'' (octet 9, bad-value).|expected a value, got '[redacted]' (octet 9, bad-value).",
        "What came was a request for /?token=hunter2|What came was a request for /?token=%5Bredacted%5D",
        "expected a colon, got whitespace (octet 6, space-before-colon).|expected a colon, got whitespace (octet 6, space-before-colon).",
    })
    void whatASentenceQuotesOfAMessageThatCouldNotBeReadIsMasked(String said, String expected) {
        assertThat(CREDENTIALS.sentence(said.replace('\'', '"'))).isEqualTo(expected.replace('\'', '"'));
        assertThat(NONE.sentence(said)).isEqualTo(said);
    }

    @Test
    void linesOfJsonAreMaskedOneByOne() {
        assertThat(CREDENTIALS.content("application/x-ndjson", "{\"key\":1}\n{\"a\":2}\n")).isEqualTo("{\"key\":\"[redacted]\"}\n{\"a\":2}");
    }

    @Test
    void jsonNestedWithoutEndIsLeftOut() {
        assertThat(CREDENTIALS.content("application/json", "[".repeat(100_000))).startsWith("[redacted:");
    }
}
