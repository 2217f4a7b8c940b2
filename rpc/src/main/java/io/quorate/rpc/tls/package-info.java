/**
 * The rules of TLS as Go's programs have them: which names a certificate is good for, which chains
 * are trusted, which versions and suites a name of etcd's flags means. Both ends use them. Nothing
 * here parses the JDK's trust store. Start at {@link TlsClient}.
 */
@NullMarked
package io.quorate.rpc.tls;

import org.jspecify.annotations.NullMarked;
