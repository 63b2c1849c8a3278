/** What operators see: every metric name and the log's form in one place. */
@NullMarked
package dev.lastword.telemetry;

import org.jspecify.annotations.NullMarked;
