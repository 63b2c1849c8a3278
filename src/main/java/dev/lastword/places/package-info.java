/** The offline reverse geocoder: says which town a pair of coordinates is in, or far from. */
@NullMarked
package dev.lastword.places;

import org.jspecify.annotations.NullMarked;
