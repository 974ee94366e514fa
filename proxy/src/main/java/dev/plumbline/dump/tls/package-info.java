/**
 * TLS as a bystander with the keys sees it: records in, plaintext out. TLS 1.2 and 1.3 with AEAD suites; of anything else
 * it says what it is.
 *
 * <pre>
 *  key log ─▶ Keys ─────────────┐
 *  octets ─▶ TlsRecords ─▶ TlsSession ─▶ plaintext, or why there is none
 * </pre>
 *
 * <p>Uses the JDK alone: HKDF, the TLS 1.2 PRF and record protection over {@code javax.crypto}.
 * Source: RFC 8446, RFC 5246, RFC 5288, RFC 7905; the SSLKEYLOGFILE format.
 */
package dev.plumbline.dump.tls;
