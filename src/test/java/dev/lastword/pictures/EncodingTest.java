package dev.lastword.pictures;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class EncodingTest {

  private final Painter painter = new Painter();

  @Test
  void aPictureInWebpIsReadBackPixelByPixel() throws IOException {
    for (int sample : new int[] {0, 9, 27}) {
      BufferedImage image = painter.paint(Samples.ALL.get(sample));

      byte[] bytes = Encoding.encode(image, PictureFormat.WEBP);

      assertThat(pixels(read(bytes))).isEqualTo(pixels(image));
      assertThat(bytes.length).isLessThan(400_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "7, 1", "2, 2", "16, 16", "17, 33", "300, 5", "5, 300"})
  void anySizeInWebpIsReadBackPixelByPixel(int width, int height) throws IOException {
    SplittableRandom random = new SplittableRandom(width * 1_000L + height);
    for (int colours : new int[] {1, 2, 3, 50, 1 << 24}) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          image.setRGB(x, y, random.nextInt(colours) * 0x9E3779);
        }
      }

      assertThat(pixels(read(Encoding.encode(image, PictureFormat.WEBP))))
          .as("%d by %d, %d colours", width, height, colours)
          .isEqualTo(pixels(image));
    }
  }

  @ParameterizedTest
  @EnumSource(PictureFormat.class)
  void everyFormatIsReadBackAndNamesTheArtists(PictureFormat format) throws IOException {
    BufferedImage image = painter.paint(Samples.ALL.getFirst());

    byte[] bytes = Encoding.encode(image, format);

    BufferedImage read = read(bytes);
    assertThat(read.getWidth()).isEqualTo(Painter.SIDE);
    assertThat(read.getHeight()).isEqualTo(Painter.SIDE);
    int there = read.getRGB(400, 400) & 255;
    assertThat(there).isCloseTo(image.getRGB(400, 400) & 255, within(8));
    assertThat(new String(bytes, ISO_8859_1)).contains("CC BY 4.0");
    assertThat(bytes.length).isLessThan(200_000);
  }

  private static BufferedImage read(byte[] bytes) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] |= 0xff000000;
    }
    return pixels;
  }
}
