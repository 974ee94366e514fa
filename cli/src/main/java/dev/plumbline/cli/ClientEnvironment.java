package dev.plumbline.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The variables by which common clients find a proxy and the roots to trust.
 *
 * <p>{@code no_proxy} goes, so that origins on loopback are seen too. A variable that replaces a client's roots names all
 * roots; one that adds to them names ours alone.
 */
final class ClientEnvironment {
    /** Both cases: curl reads {@code http_proxy} in lower case only, others in upper case only. */
    private static final List<String> PROXY = List.of("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
    private static final List<String> NO_PROXY = List.of("no_proxy", "NO_PROXY");
    private static final List<String> ALL_ROOTS = List.of(
            "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "PIP_CERT");
    private static final List<String> OUR_ROOT = List.of("NODE_EXTRA_CA_CERTS", "DENO_CERT");
    private static final String JAVA = "JAVA_TOOL_OPTIONS";

    private ClientEnvironment() {
    }

    /** @param environment of the command to be, changed in place */
    static void apply(Map<String, String> environment, Proxies.Running proxy, TrustFiles trust) {
        LentVariables.takeBack(environment);
        String url = "http://" + proxy.address();
        PROXY.forEach(name -> environment.put(name, url));
        NO_PROXY.forEach(environment::remove);
        ALL_ROOTS.forEach(name -> environment.put(name, trust.bundle().toString()));
        OUR_ROOT.forEach(name -> environment.put(name, proxy.caFile().toAbsolutePath().toString()));
        // Node reads the proxy variables only when told so.
        environment.put("NODE_USE_ENV_PROXY", "1");
        environment.merge(JAVA, java(proxy, trust.store()), (theirs, ours) -> theirs + " " + ours);
    }

    private static String java(Proxies.Running proxy, Path store) {
        String host = proxy.address().address().toString();
        int port = proxy.address().port();
        return String.join(" ",
                "-Dhttp.proxyHost=" + host, "-Dhttp.proxyPort=" + port, "-Dhttps.proxyHost=" + host, "-Dhttps.proxyPort=" + port,
                // Empty, not absent: the default leaves loopback out.
                "-Dhttp.nonProxyHosts=",
                quoted("-Djavax.net.ssl.trustStore=" + store),
                "-Djavax.net.ssl.trustStoreType=JKS", "-Djavax.net.ssl.trustStorePassword=" + TrustFiles.STORE_PASSWORD);
    }

    /** The JVM splits that variable at white space unless it is quoted, and knows no escape inside quotes. */
    private static String quoted(String option) {
        boolean plain = option.chars().noneMatch(c -> Character.isWhitespace(c) || c == '\'' || c == '"');
        return plain ? option : option.indexOf('"') < 0 ? '"' + option + '"' : "'" + option + "'";
    }
}
