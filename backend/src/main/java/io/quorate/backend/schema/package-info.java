/**
 * The map of the database file: every bucket, every key of our own, and the version of that map
 * (spec/storage.md sections 2 and 7). No state of its own. Start at {@link BucketName}.
 */
@NullMarked
package io.quorate.backend.schema;

import org.jspecify.annotations.NullMarked;
