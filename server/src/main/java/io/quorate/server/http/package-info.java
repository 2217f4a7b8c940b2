/**
 * What port 2379 says over plain HTTP: health, version, metrics (spec/server.md 3.3, spec/api.md
 * 17). Start at {@link ClientHttp}.
 */
@NullMarked
package io.quorate.server.http;

import org.jspecify.annotations.NullMarked;
