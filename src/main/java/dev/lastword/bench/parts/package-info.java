/** Parts of Lastword alone, as JMH measures them. */
@NullMarked
package dev.lastword.bench.parts;

import org.jspecify.annotations.NullMarked;
