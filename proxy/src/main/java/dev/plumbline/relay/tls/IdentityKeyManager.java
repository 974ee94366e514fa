package dev.plumbline.relay.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Gives each engine the identity that it was made for: the engine's peer host is the identity's id, with a slash before it.
 *
 * <p>Owned by: any thread; no locks, so that event loops never wait for each other.
 * <br>Limits: keeps {@code capacity} identities; when full, the quarter used longest ago goes.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private static final class Entry {
        final ServerIdentity identity;
        volatile long usedAt;

        Entry(ServerIdentity identity) {
            this.identity = identity;
        }
    }

    private final int capacity;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong uses = new AtomicLong();
    private final AtomicLong keyReads = new AtomicLong();

    IdentityKeyManager(int capacity) {
        this.capacity = capacity;
    }

    /** @return the peer host by which an engine gets it: no name of a host, or Netty would try to make one of it at each handshake */
    String use(ServerIdentity identity) {
        String alias = '/' + identity.id();
        Entry entry = entries.get(alias);
        if (entry == null) {
            entry = entries.computeIfAbsent(alias, id -> new Entry(identity));
        }
        entry.usedAt = uses.incrementAndGet();
        if (entries.size() > capacity) {
            evict();
        }
        return alias;
    }

    private void evict() {
        List<Map.Entry<String, Long>> byAge = entries.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().usedAt))
                .sorted(Comparator.comparingLong(Map.Entry::getValue))
                .toList();
        for (Map.Entry<String, Long> old : byAge.subList(0, Math.max(1, capacity / 4))) {
            entries.remove(old.getKey());
        }
    }

    int size() {
        return entries.size();
    }

    /** How often a private key was asked for, which is how often key material was parsed. */
    long keyReads() {
        return keyReads.get();
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        Entry entry = entries.get(engine.getPeerHost());
        if (entry == null) {
            return null;
        }
        String algorithm = entry.identity.privateKey().getAlgorithm();
        return keyType.startsWith(algorithm) ? engine.getPeerHost() : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        Entry entry = entries.get(alias);
        return entry == null ? null : entry.identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        keyReads.incrementAndGet();
        Entry entry = entries.get(alias);
        return entry == null ? null : entry.identity.privateKey();
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return entries.keySet().toArray(String[]::new);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
