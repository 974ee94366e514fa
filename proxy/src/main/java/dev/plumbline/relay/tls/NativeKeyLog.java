package dev.plumbline.relay.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.SSLContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The key log of one BoringSSL context, sorted by connection.
 *
 * <p>No option of Netty leads there. The native call wants the {@code ctx} field of the context; its public cousin
 * {@code sslCtxPointer()} is another pointer, and passing that one ends the process. Hence the guard on the version.
 *
 * <p>Owned by: any thread; each line is delivered by the event loop of its connection.
 */
final class NativeKeyLog {
    static final Set<String> TESTED = Set.of("2.0.84.Final");
    private static final String VERSION_RESOURCE =
            "/META-INF/maven/io.netty/netty-tcnative-classes/pom.properties";

    private final ConcurrentHashMap<Long, KeyLog> logs = new ConcurrentHashMap<>();
    private final Optional<String> problem;

    private NativeKeyLog(Optional<String> problem) {
        this.problem = problem;
    }

    /** Must be called before the context makes its first engine. */
    static NativeKeyLog install(SslContext context) {
        String version = tcnativeVersion();
        if (!TESTED.contains(version)) {
            return new NativeKeyLog(Optional.of("netty-tcnative " + version + " (tested: " + TESTED + ")"));
        }
        try {
            Field field = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
            field.setAccessible(true);
            NativeKeyLog log = new NativeKeyLog(Optional.empty());
            if (SSLContext.setKeyLogCallback(field.getLong(context), log::deliver)) {
                return log;
            }
            return new NativeKeyLog(Optional.of("the TLS library has no key log"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return new NativeKeyLog(Optional.of(e.toString()));
        }
    }

    static String tcnativeVersion() {
        try (InputStream in = NativeKeyLog.class.getResourceAsStream(VERSION_RESOURCE)) {
            if (in == null) {
                return "of unknown version";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "of unknown version");
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    /** Why there are no secrets, or empty. */
    Optional<String> problem() {
        return problem;
    }

    void register(long ssl, KeyLog log) {
        logs.put(ssl, log);
    }

    /** Addresses are used again, so only what was registered under this one by the same owner goes. */
    void unregister(long ssl, KeyLog log) {
        logs.remove(ssl, log);
    }

    int registered() {
        return logs.size();
    }

    private void deliver(long ssl, byte[] line) {
        KeyLog log = logs.get(ssl);
        if (log != null) {
            log.line(new String(line, StandardCharsets.US_ASCII).strip());
        }
    }
}
