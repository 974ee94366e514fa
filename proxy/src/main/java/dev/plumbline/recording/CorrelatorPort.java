package dev.plumbline.recording;

import dev.plumbline.correlate.Correlator;
import dev.plumbline.correlate.CorrelatorLimits;
import dev.plumbline.correlate.FindingSink;
import dev.plumbline.fact.Fact;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.ConnectionId;
import dev.plumbline.wire.FlowId;

/**
 * What the recorder needs of a correlator: facts go in one by one, findings come back through the consumer it was made
 * with, during the call. A seam for tests, which script the findings.
 *
 * <p>Owned by: the recorder thread.
 */
interface CorrelatorPort {
    void accept(Fact fact);

    /** This connection is that flow: see {@link Correlator#claim}. */
    default void claim(FlowId flow, RelayFact.ConnectionOpened fact) {
        accept(fact);
    }

    /** Nothing more comes of this connection: see {@link Correlator#settle}. */
    default void settle(ConnectionId connection) {
    }

    /** There is no capture: nothing will be covered, and the reason is known. */
    void captureOff();

    /** No fact comes any more: everything open gets its last word. */
    void finish(long at);

    /** The correlator of the product. */
    static CorrelatorPort over(FindingSink findings) {
        return over(findings, CorrelatorLimits.defaults());
    }

    /** The same with limits of its own. */
    static CorrelatorPort over(FindingSink findings, CorrelatorLimits limits) {
        Correlator correlator = new Correlator(limits, findings);
        return new CorrelatorPort() {
            @Override
            public void accept(Fact fact) {
                correlator.accept(fact);
            }

            @Override
            public void claim(FlowId flow, RelayFact.ConnectionOpened fact) {
                correlator.claim(flow, fact);
            }

            @Override
            public void settle(ConnectionId connection) {
                correlator.settle(connection);
            }

            @Override
            public void captureOff() {
                correlator.captureOff();
            }

            @Override
            public void finish(long at) {
                correlator.finish(at);
            }
        };
    }
}
