package dev.lastword.pictures;

import java.util.Optional;

/** The file formats that pictures come in. */
public enum PictureFormat {
  PNG("image/png", "png"),
  JPEG("image/jpeg", "jpg"),
  WEBP("image/webp", "webp");

  private final String mediaType;
  private final String extension;

  PictureFormat(String mediaType, String extension) {
    this.mediaType = mediaType;
    this.extension = extension;
  }

  public String mediaType() {
    return mediaType;
  }

  /** How the names of such files end, without the dot. */
  public String extension() {
    return extension;
  }

  /** The format of files whose names end so; {@code jpeg} is understood, too. */
  public static Optional<PictureFormat> ofExtension(String extension) {
    return switch (extension) {
      case "png" -> Optional.of(PNG);
      case "jpg", "jpeg" -> Optional.of(JPEG);
      case "webp" -> Optional.of(WEBP);
      default -> Optional.empty();
    };
  }
}
