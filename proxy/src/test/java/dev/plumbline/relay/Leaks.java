package dev.plumbline.relay;

import dev.plumbline.relay.tls.ServerTls;
import dev.plumbline.relay.tls.TlsProvider;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Netty's leaks, of buffers and of TLS contexts, where a test can ask for them. */
public final class Leaks {
    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Listening());
    }

    private Leaks() {
    }

    /** Every class that starts a relay begins with it: a detector is made with the first buffer, and stays as it was made. */
    public static void listen() {
    }

    /** Those that have shown since this was last asked: they do when the object was collected and another of its kind is made. */
    public static List<String> found() {
        System.gc();
        for (int i = 0; i < 20; i++) {
            ByteBufAllocator.DEFAULT.buffer(16).release();
        }
        List<String> found = List.copyOf(FOUND);
        FOUND.clear();
        return found;
    }

    /** As {@link #found}, of TLS contexts too: dearer, since one is made. */
    public static List<String> foundWithTls() {
        System.gc();
        ServerTls.create(TlsProvider.best()).close();
        return found();
    }

    private static final class Listening extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation")
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return new ResourceLeakDetector<>(resource, samplingInterval) {
                @Override
                protected boolean needReport() {
                    return true;
                }

                @Override
                protected void reportTracedLeak(String resourceType, String records) {
                    FOUND.add(resourceType + records);
                }

                @Override
                protected void reportUntracedLeak(String resourceType) {
                    FOUND.add(resourceType);
                }
            };
        }
    }
}
