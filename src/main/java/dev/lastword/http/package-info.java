/** The edge: routes, JSON, server-sent events, problems; one switch from outcome to status. */
@NullMarked
package dev.lastword.http;

import org.jspecify.annotations.NullMarked;
