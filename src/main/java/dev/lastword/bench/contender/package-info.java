/** Programs that the bench runs in processes of their own, to compare Lastword with. */
@NullMarked
package dev.lastword.bench.contender;

import org.jspecify.annotations.NullMarked;
