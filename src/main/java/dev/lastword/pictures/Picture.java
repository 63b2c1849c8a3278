package dev.lastword.pictures;

/** A picture as a file. Whoever has the bytes does not change them. */
@SuppressWarnings("ArrayRecordComponent") // Handed on as it is, and never compared.
public record Picture(PictureFormat format, byte[] bytes) {}
