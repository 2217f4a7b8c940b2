/**
 * What the build of the distribution needs in Java; nothing of this is part of the product. Start
 * at {@link TrainingRun}.
 */
@NullMarked
package io.quorate.dist;

import org.jspecify.annotations.NullMarked;
