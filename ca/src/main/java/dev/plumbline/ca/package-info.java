/**
 * The certificate authority of one installation: its root, its leaves, and how people come to trust it.
 *
 * <pre>
 *   --ca-dir/ (0700)                        CertificateAuthority ──issue(host)──▶ Leaf
 *     plumbline-ca.pem       certificate  ◀──┘        ▲
 *     plumbline-ca-key.pem   root key, 0600           │ key maker: one thread, all file and key work
 *     plumbline-leaf-key.pem leaf key, 0600           │
 *     leaves/ (0700)         issued leaves ◀───── LeafCache ◀── cached(host), leaf(host) ── event loops
 * </pre>
 *
 * <p>Event loops touch {@link dev.plumbline.ca.LeafCache} only: its memory answers at once, everything else is a future.
 *
 * <p>Allowed dependencies: the JDK and BouncyCastle, which encodes certificates and does nothing else. It is never
 * registered as a provider: keys, signatures and parsing are the JDK's. A start that finds its leaves on disk loads
 * no class of it.
 */
package dev.plumbline.ca;
