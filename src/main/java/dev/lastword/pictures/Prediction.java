package dev.lastword.pictures;

/**
 * What is left of an image when each pixel is predicted from those before it (RFC 9649, 3.5.1).
 * Each tile has the predictor that leaves least, by the sum of the errors.
 *
 * @param modes the predictor of each tile, where the green is
 * @param errors a pixel less its prediction, each colour by itself, modulo 256
 */
@SuppressWarnings("ArrayRecordComponent") // Between two steps of one encoder.
record Prediction(int[] modes, int tilesAcross, int[] errors) {

  static final int TILE_BITS = 4;

  private static final int LEFT = 1;
  private static final int ABOVE = 2;
  private static final int MEAN = 7;
  private static final int SELECT = 11;
  private static final int SLOPE = 12;
  private static final int[] CANDIDATES = {LEFT, ABOVE, MEAN, SELECT, SLOPE};

  static Prediction of(int[] pixels, int width, int height) {
    int side = 1 << TILE_BITS;
    int across = (width + side - 1) / side;
    int down = (height + side - 1) / side;
    int[] modes = new int[across * down];
    int[] errors = new int[pixels.length];
    for (int row = 0; row < down; row++) {
      for (int column = 0; column < across; column++) {
        int right = Math.min(width, (column + 1) * side);
        int bottom = Math.min(height, (row + 1) * side);
        int best = LEFT;
        long least = Long.MAX_VALUE;
        for (int mode : CANDIDATES) {
          long cost = 0;
          for (int y = row * side; y < bottom && cost < least; y++) {
            for (int x = column * side; x < right; x++) {
              cost += cost(error(pixels, width, x, y, mode));
            }
          }
          if (cost < least) {
            least = cost;
            best = mode;
          }
        }
        modes[row * across + column] = 0xff000000 | best << 8;
        for (int y = row * side; y < bottom; y++) {
          for (int x = column * side; x < right; x++) {
            errors[y * width + x] = error(pixels, width, x, y, best);
          }
        }
      }
    }
    return new Prediction(modes, across, errors);
  }

  private static int cost(int error) {
    return Math.abs((byte) (error >> 16)) + Math.abs((byte) (error >> 8)) + Math.abs((byte) error);
  }

  /**
   * The first pixel is predicted black, the first row from the left, the first column from above.
   */
  private static int error(int[] pixels, int width, int x, int y, int mode) {
    int at = y * width + x;
    int predicted;
    if (x == 0 && y == 0) {
      predicted = 0xff000000;
    } else if (y == 0) {
      predicted = pixels[at - 1];
    } else if (x == 0) {
      predicted = pixels[at - width];
    } else {
      predicted = predicted(mode, pixels[at - 1], pixels[at - width], pixels[at - width - 1]);
    }
    return difference(pixels[at], predicted);
  }

  private static int predicted(int mode, int left, int above, int corner) {
    return switch (mode) {
      case LEFT -> left;
      case ABOVE -> above;
      case MEAN -> mean(left, above);
      case SELECT -> distance(above, corner) < distance(left, corner) ? left : above;
      case SLOPE -> slope(left, above, corner);
      default -> throw new IllegalArgumentException("no predictor: " + mode);
    };
  }

  private static int difference(int pixel, int predicted) {
    int error = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      error |= ((pixel >>> shift) - (predicted >>> shift) & 255) << shift;
    }
    return error;
  }

  private static int mean(int one, int other) {
    return (((one ^ other) & 0xfefefefe) >>> 1) + (one & other);
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      sum += Math.abs((one >>> shift & 255) - (other >>> shift & 255));
    }
    return sum;
  }

  private static int slope(int left, int above, int corner) {
    int pixel = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int sum = (left >>> shift & 255) + (above >>> shift & 255) - (corner >>> shift & 255);
      pixel |= Math.clamp(sum, 0, 255) << shift;
    }
    return pixel;
  }
}
