package dev.plumbline.relay.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Who we say we are on the client leg: a leaf that is minted already. */
public interface ServerIdentity {
    /** Stable, and different for different certificates: parsed key material is kept under it. */
    String id();

    /** The leaf first, then what leads to the root; at least one. */
    List<X509Certificate> chain();

    PrivateKey privateKey();
}
