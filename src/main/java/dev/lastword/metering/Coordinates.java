package dev.lastword.metering;

/** A point on Earth in degrees: latitude -90 to 90, longitude -180 to 180. */
public record Coordinates(double latitude, double longitude) {}
