package dev.plumbline.recording;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.wire.FlowId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The annotations of flows asked for lately, because the exchanges of one flow are asked for near each other.
 *
 * <p>Owned by: one thread at a time.
 * <p>Limits: {@value #FLOWS} flows and {@value #MOST} annotations are remembered, but always those of the flow asked for last.
 */
final class FlowAnnotations {
    static final int FLOWS = 4_096;
    static final int MOST = 100_000;
    private final Function<FlowId, List<Annotation>> reader;
    private final Map<FlowId, List<Annotation>> flows = new LinkedHashMap<>(64, 0.75f, true);
    private int remembered;

    /** @param reader all of a flow's, in time order */
    FlowAnnotations(Function<FlowId, List<Annotation>> reader) {
        this.reader = reader;
    }

    /** Those from {@code fromAt} to {@code untilAt}, both included. */
    List<Annotation> of(FlowId flow, long fromAt, long untilAt) {
        List<Annotation> all = flows.get(flow);
        if (all == null) {
            all = reader.apply(flow);
            flows.put(flow, all);
            remembered += all.size();
            while (flows.size() > 1 && (flows.size() > FLOWS || remembered > MOST)) {
                remembered -= flows.remove(flows.keySet().iterator().next()).size();
            }
        }
        List<Annotation> found = new ArrayList<>();
        for (int i = firstAt(all, fromAt); i < all.size() && all.get(i).at() <= untilAt; i++) {
            found.add(all.get(i));
        }
        return found;
    }

    private static int firstAt(List<Annotation> all, long at) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).at() < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
