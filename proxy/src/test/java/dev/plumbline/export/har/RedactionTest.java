package dev.plumbline.export.har;

import static dev.plumbline.export.har.Redaction.CREDENTIALS;
import static dev.plumbline.export.har.Redaction.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
        "X-Auth-Token|x|[redacted]", "Access-Control-Allow-Credentials|true|true", "X-Amz-Security-Token|x|[redacted]", "Accept|text/html|text/html", "Host|x|x",
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "http://h/ok%23token=x|http://h/ok%23token=%5Bredacted%5D",
        "/a;jsessionid=x&b=1|/a;jsessionid=%5Bredacted%5D&b=1",
        "/?next=https%3A%2F%2Fh%2F%3Ftoken%3Dx%26b%3D1&c=2|/?next=https%3A%2F%2Fh%2F%3Ftoken%3D%5Bredacted%5D%26b%3D1&c=2",
        "/?next=https%253A%252F%252Fh%252F%253Ftoken%253Dx|/?next=https%253A%252F%252Fh%252F%253Ftoken%253D%5Bredacted%5D",
        "/?state=token%3Dx|/?state=token%3D%5Bredacted%5D", "/?token=a?b,c|/?token=%5Bredacted%5D", "/?p%61ss=x|/?p%61ss=%5Bredacted%5D",
        "token=x|token=%5Bredacted%5D", "a=1, token=x|a=1, token=%5Bredacted%5D",
        "Bearer abcdefgh.ij==|Bearer [redacted]", "base64url.bearer.authorization.k8s.io.abc, x|base64url.bearer.[redacted], x",
        "/p/eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln-_x/q|/p/[redacted]/q", "a-eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln|a-[redacted]", "/?a=b%253DeyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln|/?a=b%253D[redacted]",
        "-H \"X: Bearer abcdefgh\" h|-H \"X: Bearer [redacted]\" h", "\"Basic dXNlcjpwYXNzd28=\"|\"Basic [redacted]\"",
        "Bearer error_description=\"It expired\"|Bearer error_description=\"It expired\"",
        "/?h=Bearer%20abcdefgh%3D&b=1|/?h=Bearer%20[redacted]&b=1", "/?h=a%2520Bearer%2520abcdefgh|/?h=a%2520Bearer%2520[redacted]", "h=Bearer+abcdefgh|h=Bearer+[redacted]",
        "It gives basic information.|It gives basic information.", "Basic Settings, long-term|Basic Settings, long-term", "Basic abcdefgH|Basic [redacted]",
        "/?u=https%3A%2F%2Fbob%3Ahunt%40er2%40h%2F|/?u=https%3A%2F%2F%5Bredacted%5D%40h%2F", "/?u=%252f%252fbob%253Ax%2540h&b=c%40d|/?u=%252f%252f%5Bredacted%5D%2540h&b=c%40d",
        "'//example.com','bob@x.com'|'//example.com','bob@x.com'", "\"//example.com\",\"bob@x.com\"|\"//example.com\",\"bob@x.com\"", "//o'neil:x@h|//%5Bredacted%5D@h",
        "/?v=%7B%22a%22%3A%7B%22pin%22%3A1%7D%7D&b=1|/?v=%5Bredacted%5D&b=1", "/?v={%22token%22:%22x%22}&b=1|/?v=%5Bredacted%5D&b=1", "/?%7B%22token%22%3A%22x%22%7D|/?%5Bredacted%5D",
        "/?v=%7B%22a%22%3A%7B%22b%22%3A1%7D%7D&b=1|/?v=%7B%22a%22%3A%7B%22b%22%3A1%7D%7D&b=1", "Session {token=x, a=b}|Session {token=%5Bredacted%5D a=b}",
        "Bearer error=\"invalid\", b|Bearer error=\"invalid\", b", "a; token=\"x y\", b|a; token=%5Bredacted%5D, b", "Basic realm=x|Basic realm=x", "https://h/?a=b=c&d|https://h/?a=b=c&d",
    })
    void secretsAreFoundWhereverAUrlCanHideThem(String url, String expected) {
        assertThat(CREDENTIALS.url(url)).isEqualTo(expected);
        assertThat(NONE.url(url)).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "application/json|{'a':'https://u:x@h/?token=y'}|{'a':'https://%5Bredacted%5D@h/?token=%5Bredacted%5D'}",
        "application/json|{'a':'{^'password^':^'x^'}'}|{'a':'{^'password^':^'[redacted]^'}'}",
        "application/json|{'a':'[b]','c':'{'}|{'a':'[b]','c':'{'}",
        "application/json|{'query':'login(password: ^'x^', a: ^'b^')'}|{'query':'login(password: ^'[redacted]^', a: ^'b^')'}",
        "application/x-www-form-urlencoded|next=%2F%3Ftoken%3Dx&a=1|next=%2F%3Ftoken%3D%5Bredacted%5D&a=1",
        "text/plain|user=a&password=x|user=a&password=%5Bredacted%5D", "|password=x|password=%5Bredacted%5D",
        "text/html|<a href='https://h/?a=1&amp;token=x'>|<a href='https://h/?a=1&amp;token=%5Bredacted%5D'>",
        "text/javascript|cb({'token':'x','a':'b'})|cb({'token':'[redacted]','a':'b'})",
        "text/javascript|a={password: 'x^'yz', a: 'b'}|a={password: '[redacted]', a: 'b'}",
        "text/javascript|push('{^'token^':^'x^',^'a^':^'b^'}')|push('{^'token^':^'[redacted]^',^'a^':^'b^'}')",
        "application/x-www-form-urlencoded|{'password':'a=b'}|{'password':'[redacted]'}",
        "application/json|{'a':1.10,'b':12345678901234567890.5,'c':1e400,'d':-0.0}|{'a':1.10,'b':12345678901234567890.5,'c':1e400,'d':-0.0}",
    })
    void secretsInsideOfValuesAreMasked(String type, String text, String expected) {
        assertThat(CREDENTIALS.content(type == null ? "" : type, json(text))).isEqualTo(json(expected));
    }

    @Test
    void stringsOfScriptsInSingleQuotesAreMaskedToo() {
        assertThat(CREDENTIALS.content("text/javascript", "f({token: 'x\"y', a: 'b'})")).isEqualTo("f({token: '[redacted]', a: 'b'})");
        assertThat(CREDENTIALS.content("text/html", "it's said: 'so, password: \"x\" and")).isEqualTo("it's said: 'so, password: \"[redacted]\" and");
    }

    /** curl calls all that it posts a form: the JSON would be the form's only name. */
    @Test
    void jsonThatIsTheNameOrTheValueOfAParameterIsMasked() {
        assertThat(CREDENTIALS.parameterName("{\"password\":\"x\"}")).isEqualTo("{\"password\":\"[redacted]\"}");
        assertThat(CREDENTIALS.parameter("variables", "{\"password\":\"x\",\"a\":1}")).isEqualTo("{\"password\":\"[redacted]\",\"a\":1}");
        assertThat(CREDENTIALS.parameterName("page")).isEqualTo("page");
        assertThat(NONE.parameterName("{\"password\":\"x\"}")).isEqualTo("{\"password\":\"x\"}");
    }

    @Test
    void theUrlOfARequestStaysOne() {
        assertThat(CREDENTIALS.target("http://h/eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln")).isEqualTo("http://h/%5Bredacted%5D");
    }

    private static String json(String text) {
        return text.replace("^'", "\\\"").replace('\'', '"');
    }

    /** Hours, where each of its parts is looked at anew up to the end. */
    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aLongTextOfNothingButDelimitersIsReadInTime() {
        for (String part : new String[] {"%25", "a", "=", "&a", "//", "\"a:", "eyJ", "eyJ-", "eyJaaaaa-", "bearer ", "bearer.", "%3D", "={", "?[", "'", "a:\\\"", "%2f%2fa", "//@"}) {
            String text = part.repeat(1 << 20);
            assertThat(CREDENTIALS.content("text/plain", text + '"')).as(part).isNotEmpty();
        }
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
