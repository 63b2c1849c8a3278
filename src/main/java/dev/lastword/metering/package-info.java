/** The use cases: authenticate, admit, draw, produce, close. Read this package first. */
@NullMarked
package dev.lastword.metering;

import org.jspecify.annotations.NullMarked;
