package dev.plumbline.relay.tls;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.net.ssl.SSLEngine;

/**
 * Reads one connection's secrets out of a JDK engine, as far as that is allowed and they can still be found.
 *
 * <p>The JDK has no key log. Its engine keeps the application secrets in its ciphers, and the handshake secrets only
 * while it shakes hands, so the engine is looked at after every record. A server's own handshake secret comes and goes
 * within one call; the application secret is then given in its place as well, because Wireshark decrypts nothing of a
 * TLS 1.3 connection of which it lacks a label. The handshake of that side stays encrypted, the data does not.
 *
 * <p>Owned by: the channel's event loop.
 * <br>Limits: needs {@code --add-opens java.base/sun.security.ssl=ALL-UNNAMED}; tested with JDK 17 and 25.
 */
final class JdkKeyLog {
    private static final HexFormat HEX = HexFormat.of();
    private static final Optional<String> PROBLEM = probe();

    private final Object connection;
    private final boolean client;
    private final KeyLog log;
    private String random;
    private String readHandshake;
    private String writeHandshake;
    private boolean done;

    private JdkKeyLog(Object connection, boolean client, KeyLog log) {
        this.connection = connection;
        this.client = client;
        this.log = log;
    }

    /** Why there are no secrets, or empty. */
    static Optional<String> problem() {
        return PROBLEM;
    }

    static Optional<JdkKeyLog> of(SSLEngine engine, KeyLog log) {
        if (PROBLEM.isPresent() || log == KeyLog.NONE) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JdkKeyLog(read(unwrapped(engine), "conContext"), engine.getUseClientMode(), log));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    /** With ALPN, Netty puts an engine of its own around the JDK's. */
    private static Object unwrapped(SSLEngine engine) throws ReflectiveOperationException {
        for (Class<?> type = engine.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals("io.netty.handler.ssl.JdkSslEngine")) {
                Method wrapped = type.getDeclaredMethod("getWrappedEngine");
                wrapped.setAccessible(true);
                return wrapped.invoke(engine);
            }
        }
        return engine;
    }

    private static Optional<String> probe() {
        try {
            Class<?> context = Class.forName("sun.security.ssl.TransportContext");
            context.getDeclaredField("handshakeContext").setAccessible(true);
            return Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Optional.of("the JDK's TLS secrets need --add-opens java.base/sun.security.ssl=ALL-UNNAMED");
        }
    }

    /** Takes what is there now; cheap once all is known. */
    void poll() {
        if (done) {
            return;
        }
        try {
            Object handshake = read(connection, "handshakeContext");
            if (handshake != null) {
                pollHandshake(handshake);
            }
            if (random != null) {
                pollApplication(handshake == null);
            }
        } catch (ReflectiveOperationException e) {
            done = true;
        }
    }

    private void pollHandshake(Object handshake) throws ReflectiveOperationException {
        Object cookie = read(handshake, "clientHelloRandom");
        if (random == null && cookie != null) {
            random = HEX.formatHex((byte[]) read(cookie, "randomBytes"));
        }
        if (random == null) {
            return;
        }
        if (readHandshake == null) {
            readHandshake = secret(read(handshake, "baseReadSecret"));
            line(label(!client, "HANDSHAKE_TRAFFIC_SECRET"), readHandshake);
        }
        if (writeHandshake == null) {
            writeHandshake = secret(read(handshake, "baseWriteSecret"));
            line(label(client, "HANDSHAKE_TRAFFIC_SECRET"), writeHandshake);
        }
    }

    private void pollApplication(boolean handshakeOver) throws ReflectiveOperationException {
        String reading = secret(read(read(read(connection, "inputRecord"), "readCipher"), "baseSecret"));
        String writing = secret(read(read(read(connection, "outputRecord"), "writeCipher"), "baseSecret"));
        if (reading != null && writing != null) {
            done = true;
            if (readHandshake == null) {
                line(label(!client, "HANDSHAKE_TRAFFIC_SECRET"), reading);
            }
            if (writeHandshake == null) {
                line(label(client, "HANDSHAKE_TRAFFIC_SECRET"), writing);
            }
            line(label(!client, "TRAFFIC_SECRET_0"), reading);
            line(label(client, "TRAFFIC_SECRET_0"), writing);
        } else if (handshakeOver) {
            done = true;
            Object session = read(connection, "conSession");
            Method master = session.getClass().getDeclaredMethod("getMasterSecret");
            master.setAccessible(true);
            line("CLIENT_RANDOM", secret(master.invoke(session)));
        }
    }

    private static String label(boolean byClient, String suffix) {
        return (byClient ? "CLIENT_" : "SERVER_") + suffix;
    }

    private void line(String label, String secret) {
        if (secret != null) {
            log.line(label + ' ' + random + ' ' + secret);
        }
    }

    private static String secret(Object key) {
        return key == null ? null : HEX.formatHex(((SecretKey) key).getEncoded());
    }

    private static Object read(Object owner, String name) throws ReflectiveOperationException {
        if (owner == null) {
            return null;
        }
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(owner);
                }
            }
        }
        throw new NoSuchFieldException(name);
    }
}
