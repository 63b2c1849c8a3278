/** How often: the exact sliding window over each user's admitted requests. */
@NullMarked
package dev.lastword.limit;

import org.jspecify.annotations.NullMarked;
