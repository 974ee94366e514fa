package dev.plumbline.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Hears the signals that ask us to stop, so that an orderly stop ends with exit code 0: a JVM that is stopped by a shutdown
 * hook ends with 128 + the signal's number, whatever the hook does.
 *
 * <p>{@code sun.misc.Signal} is supported by every JDK (JEP 260 keeps it), yet naming it makes javac warn without end; so
 * it is reached by its name. Where it is not there, or the JVM runs with {@code -Xrs}, a shutdown hook does the same but for
 * the exit code.
 */
final class Signals {
    private static final String[] STOPPING = {"INT", "TERM", "HUP"};

    private Signals() {
    }

    /**
     * The first of each kind is the handler's, a second one ends us at once.
     *
     * @param handler called with {@code INT}, {@code TERM} or {@code HUP} on a thread of the JVM's own
     */
    static void onStop(Consumer<String> handler) {
        hear(handler, false);
    }

    /** Every one is the handler's to deal with. */
    static void onEach(Consumer<String> handler) {
        hear(handler, true);
    }

    private static void hear(Consumer<String> handler, boolean isEach) {
        for (String name : STOPPING) {
            try {
                handle(name, handler, isEach);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                hook(handler);
                return;
            }
        }
    }

    private static void handle(String name, Consumer<String> handler, boolean isEach) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object signal = signalType.getConstructor(String.class).newInstance(name);
        Object byDefault = handlerType.getField("SIG_DFL").get(null);
        Method handle = signalType.getMethod("handle", signalType, handlerType);
        InvocationHandler heard = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                if (!isEach) {
                    handle.invoke(null, signal, byDefault);
                }
                handler.accept(name);
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "the handler of SIG" + name;
        };
        handle.invoke(null, signal, Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, heard));
    }

    /** The JVM ends when its hooks have, so this one waits until the command it stops is through. */
    private static void hook(Consumer<String> handler) {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            handler.accept("TERM");
            try {
                main.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "stop"));
    }
}
