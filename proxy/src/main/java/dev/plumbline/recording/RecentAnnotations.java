package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.wire.FlowId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was last said of flows, as far as it explains a wait or an end: for the diagnosis of exchanges as they end.
 *
 * <p>Owned by: the recorder thread.
 * <p>Limits: {@value #FLOWS} flows, those spoken of last, and {@value #OF_A_FLOW} annotations of each, the latest.
 */
final class RecentAnnotations {
    static final int FLOWS = 1_024;
    static final int OF_A_FLOW = 32;
    private final Map<Integer, Deque<Annotation>> flows = new LinkedHashMap<>(64, 0.75f, true);

    void add(Annotation annotation) {
        if (!isTelling(annotation)) {
            return;
        }
        Deque<Annotation> recent = flows.computeIfAbsent(annotation.flow().number(), key -> new ArrayDeque<>(4));
        recent.add(annotation);
        if (recent.size() > OF_A_FLOW) {
            recent.remove();
        }
        if (flows.size() > FLOWS) {
            flows.remove(flows.keySet().iterator().next());
        }
    }

    List<Annotation> of(FlowId flow, long fromAt, long untilAt) {
        Deque<Annotation> recent = flows.get(flow.number());
        return recent == null ? List.of() : recent.stream().filter(a -> a.at() >= fromAt && a.at() <= untilAt).toList();
    }

    private static boolean isTelling(Annotation annotation) {
        return switch (annotation.code()) {
            case RETRANSMISSION, FAST_RETRANSMISSION, OUT_OF_ORDER, ZERO_WINDOW, WINDOW_UPDATE, DELAYED_ACK -> annotation.nanos() > 0;
            case CONNECT_REFUSED, CONNECT_UNANSWERED, RESET -> true;
            default -> false;
        };
    }
}
