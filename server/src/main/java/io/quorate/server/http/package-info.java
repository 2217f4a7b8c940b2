/**
 * What port 2379 says over plain HTTP: health, version, metrics, profiles (spec/server.md 3.3 and
 * 4.2, spec/api.md 17). Start at {@link io.quorate.server.http.Endpoints}.
 */
@NullMarked
package io.quorate.server.http;

import org.jspecify.annotations.NullMarked;
