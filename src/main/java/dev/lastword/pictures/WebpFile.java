package dev.lastword.pictures;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Lossless WebP files (RFC 9649): green is subtracted from the other colours, each tile is
 * predicted by whichever of a few predictors errs least, and what remains is coded as literals and
 * copies with one set of prefix codes.
 */
final class WebpFile {

  private static final int SIGNATURE = 0x2f;
  private static final int PREDICT = 0;
  private static final int SUBTRACT_GREEN = 2;
  private static final int HAS_XMP = 4;

  private WebpFile() {}

  /** A file of an image without transparency, up to 16,384 pixels wide and high. */
  static byte[] of(BufferedImage image, String credit) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] body = lossless(pixels, width, height);
    byte[] xmp = xmp(credit).getBytes(UTF_8);
    int size = 4 + 18 + chunkSize(body.length) + chunkSize(xmp.length);
    ByteBuffer file = ByteBuffer.allocate(8 + size).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(US_ASCII)).putInt(size).put("WEBP".getBytes(US_ASCII));
    file.put("VP8X".getBytes(US_ASCII)).putInt(10).putInt(HAS_XMP);
    put24(file, width - 1);
    put24(file, height - 1);
    chunk(file, "VP8L", body);
    chunk(file, "XMP ", xmp);
    return file.array();
  }

  private static String xmp(String credit) {
    return """
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
    xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt>\
    <rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:rights></rdf:Description>\
    </rdf:RDF></x:xmpmeta>\
    """
        .formatted(credit);
  }

  private static int chunkSize(int length) {
    return 8 + length + (length & 1);
  }

  private static void chunk(ByteBuffer file, String name, byte[] content) {
    file.put(name.getBytes(US_ASCII)).putInt(content.length).put(content);
    if ((content.length & 1) == 1) {
      file.put((byte) 0);
    }
  }

  private static void put24(ByteBuffer file, int value) {
    file.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
  }

  private static byte[] lossless(int[] pixels, int width, int height) {
    BitSink sink = new BitSink();
    sink.write(SIGNATURE, 8);
    sink.write(width - 1, 14);
    sink.write(height - 1, 14);
    sink.write(0, 1);
    sink.write(0, 3);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = withoutGreen(pixels[i]);
    }
    sink.write(1, 1);
    sink.write(SUBTRACT_GREEN, 2);
    Prediction prediction = Prediction.of(pixels, width, height);
    sink.write(1, 1);
    sink.write(PREDICT, 2);
    sink.write(Prediction.TILE_BITS - 2, 3);
    EntropyCoded.write(prediction.modes(), prediction.tilesAcross(), false, sink);
    sink.write(0, 1);
    EntropyCoded.write(prediction.errors(), width, true, sink);
    return sink.toByteArray();
  }

  private static int withoutGreen(int pixel) {
    int green = pixel >> 8 & 255;
    int red = (pixel >> 16) - green & 255;
    int blue = pixel - green & 255;
    return 0xff000000 | red << 16 | green << 8 | blue;
  }
}
