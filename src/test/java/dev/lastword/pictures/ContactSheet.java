package dev.lastword.pictures;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

public final class ContactSheet {
  public static void main(String[] arguments) throws IOException {
    Painter painter = new Painter();
    List<Poster> posters = Samples.ALL;
    int columns = 6;
    int side = 300;
    int rows = (posters.size() + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(columns * side, rows * side, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    int i = 0;
    for (Poster poster : posters) {
      long begun = System.nanoTime();
      BufferedImage image = painter.paint(poster);
      System.out.println(i + " " + (System.nanoTime() - begun) / 1_000_000 + " ms");
      if (arguments.length > 1) {
        ImageIO.write(image, "png", Path.of(arguments[1], i + ".png").toFile());
      }
      BufferedImage half = new BufferedImage(400, 400, BufferedImage.TYPE_INT_RGB);
      Graphics2D h = half.createGraphics();
      h.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      h.drawImage(image, 0, 0, 400, 400, null);
      h.dispose();
      g.drawImage(half, i % columns * side, i / columns * side, side, side, null);
      i++;
    }
    g.dispose();
    ImageIO.write(sheet, "png", Path.of(arguments[0]).toFile());
  }
}
