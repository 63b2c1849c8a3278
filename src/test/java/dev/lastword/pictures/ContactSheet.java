package dev.lastword.pictures;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes all samples on one sheet, to be looked at. The first argument is the JPEG file to write,
 * the second, which may be left out, a folder for each sample by itself. See docs/pictures.md.
 */
final class ContactSheet {

  private static final int COLUMNS = 6;
  private static final int SIDE = 300;

  private ContactSheet() {}

  public static void main(String[] arguments) throws IOException {
    Painter painter = new Painter();
    List<Poster> posters = Samples.ALL;
    int rows = (posters.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet =
        new BufferedImage(COLUMNS * SIDE, rows * SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < posters.size(); i++) {
      BufferedImage picture = painter.paint(posters.get(i));
      if (arguments.length > 1) {
        Path file = Path.of(arguments[1], "%02d.png".formatted(i));
        Files.write(file, Encoding.encode(picture, PictureFormat.PNG));
      }
      // In two steps: one would leave out three pixels of four.
      draw(smaller(picture, Painter.SIDE / 2), sheet, i % COLUMNS * SIDE, i / COLUMNS * SIDE, SIDE);
    }
    Files.write(Path.of(arguments[0]), Encoding.encode(sheet, PictureFormat.JPEG));
  }

  private static BufferedImage smaller(BufferedImage image, int side) {
    BufferedImage smaller = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    draw(image, smaller, 0, 0, side);
    return smaller;
  }

  private static void draw(BufferedImage image, BufferedImage onto, int x, int y, int side) {
    Graphics2D graphics = onto.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, x, y, side, side, null);
    graphics.dispose();
  }
}
