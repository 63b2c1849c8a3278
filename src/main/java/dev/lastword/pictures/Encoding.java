package dev.lastword.pictures;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Images as files. Each file names those whose art is in it, as their licence asks. */
final class Encoding {

  /** Who made the emoji. */
  static final String CREDIT =
      "Emoji: Twemoji, Copyright Twitter, Inc and other contributors, CC BY 4.0";

  private static final float JPEG_QUALITY = 0.9f;

  private Encoding() {}

  /** A file of an image without transparency. */
  static byte[] encode(BufferedImage image, PictureFormat format) {
    return switch (format) {
      case PNG -> written(image, "png");
      case JPEG -> written(image, "jpeg");
      case WEBP -> WebpFile.of(image, CREDIT);
    };
  }

  private static byte[] written(BufferedImage image, String name) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(name).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 17);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (name.equals("jpeg")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
      }
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(image), parameters);
      credit(metadata, name);
      writer.write(null, new IIOImage(image, null, metadata), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static void credit(IIOMetadata metadata, String name) throws IIOInvalidTreeException {
    if (name.equals("png")) {
      IIOMetadataNode entry = node("tEXtEntry", null);
      entry.setAttribute("keyword", "Copyright");
      entry.setAttribute("value", CREDIT);
      metadata.mergeTree(
          "javax_imageio_png_1.0", node("javax_imageio_png_1.0", node("tEXt", entry)));
    } else {
      IIOMetadataNode comment = node("com", null);
      comment.setAttribute("comment", CREDIT);
      IIOMetadataNode root = node("javax_imageio_jpeg_image_1.0", node("JPEGvariety", null));
      root.appendChild(node("markerSequence", comment));
      metadata.mergeTree("javax_imageio_jpeg_image_1.0", root);
    }
  }

  private static IIOMetadataNode node(String name, @Nullable IIOMetadataNode child) {
    IIOMetadataNode node = new IIOMetadataNode(name);
    if (child != null) {
      node.appendChild(child);
    }
    return node;
  }
}
