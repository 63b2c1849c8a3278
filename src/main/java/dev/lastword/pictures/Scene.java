package dev.lastword.pictures;

import static dev.lastword.pictures.Canvas.SIDE;
import static dev.lastword.pictures.Canvas.between;
import static dev.lastword.pictures.Canvas.faint;
import static dev.lastword.pictures.Canvas.rgb;

import java.awt.BasicStroke;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is behind a meme. A scene is chosen by what is said and by the country, else by chance. */
enum Scene {
  RAYS("", "") {
    @Override
    void paint(Canvas canvas) {
      int[][] pairs = {
        {0x2f80ed, 0x1b4f9c},
        {0x8e44ad, 0x5b2c83},
        {0xe74c3c, 0x9c2b20},
        {0x16a085, 0x0b6153},
        {0xf39c12, 0xc0640a},
        {0xd6336c, 0x8c1d45},
        {0x3f9b3a, 0x245f23}
      };
      int[] pair = pairs[canvas.random().nextInt(pairs.length)];
      canvas.box(0, 0, SIDE, SIDE, rgb(pair[1]));
      canvas.rays(400, 420, 12, rgb(pair[0]));
      canvas.glow(400, 420, 330, between(pair[0], 0xffffff, 0.6), 210);
    }
  },
  HILLS(
      "farm cow sheep goat horse garden grass flower spring picnic park golf village dog duck"
          + " chicken tractor country walk bike cycling bicycle hike hiking",
      "IE GB NL DK BE LU EE LV LT PL BY UY NZ FR DE HU CZ RO MD RW BI UG") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0x56b4f0, 0xd9f1fb);
      canvas.glow(640, 150, 200, 0xfff3b0, 220);
      canvas.disc(640, 150, 54, rgb(0xffe066));
      canvas.clouds(4, 260, 225);
      canvas.hills(500, 50, 150, 0x8fcf6a, 0x6ab04c);
      canvas.hills(580, 40, 120, 0x6ab04c, 0x4a9139);
      canvas.hills(660, 28, 100, 0x4a9139, 0x2f6b27);
    }
  },
  SKYLINE(
      "city work office boss meeting traffic rent landlord bus train subway taxi bank job monday"
          + " street building elevator shopping mayor manager money startup",
      "US SG HK JP KR TW AE QA KW BH MC CN") {
    @Override
    void paint(Canvas canvas) {
      int[][] skies = {{0x2b1d5c, 0xf2709c}, {0x123a63, 0xf6b26b}, {0x16213e, 0x7f8fd9}};
      int[] sky = skies[canvas.random().nextInt(skies.length)];
      canvas.sky(sky[0], sky[1]);
      canvas.glow(230, 360, 260, 0xfff0c9, 190);
      canvas.disc(230, 360, 70, rgb(0xffe9b8));
      canvas.houses(700, 330, between(sky[0], sky[1], 0.45), 0xffe9a8);
      canvas.houses(760, 270, between(sky[0], 0x000000, 0.15), 0xffd76a);
      canvas.box(0, 730, SIDE, 70, rgb(between(sky[0], 0x000000, 0.5)));
    }
  },
  WAVES(
      "sea ocean beach surf surfing fish fishing boat ship sail sailing island swim swimming whale"
          + " dolphin shark crab octopus vacation holiday pirate water summer coast harbour seagull",
      "BM BS BB MV SC MU FJ WS TO TV KI MH FM PW NR VU SB JM TT CU DO HT PR AG DM GD KN LC VC AW CW"
          + " KY TC VG VI GP MQ PF NC CK NU GU MP AS CV ST KM MT CY IS FO PH ID LK AU PT GR HR") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0x2aa8e0, 0xe3f6fd);
      canvas.glow(170, 150, 210, 0xfff6c2, 230);
      canvas.disc(170, 150, 56, rgb(0xffdf5e));
      canvas.clouds(3, 280, 220);
      canvas.gradient(470, SIDE, 0x1c8fc4, 0x0b4f7d);
      canvas.graphics().setPaint(rgb(0xd9b77e));
      canvas.graphics().fill(new Ellipse2D.Double(560, 442, 330, 70));
      canvas.graphics().setPaint(rgb(0x4a9139));
      canvas.graphics().fill(new Ellipse2D.Double(600, 425, 250, 54));
      canvas.hills(540, 12, 26, 0x2196c9, 0x116b9c);
      canvas.hills(610, 14, 34, 0x1a83b5, 0x0d5885);
      canvas.hills(690, 16, 40, 0x126c9b, 0x083f63);
    }
  },
  DESERT(
      "desert camel cactus sand hot heat pyramid drought thirsty lizard snake cowboy scorpion oasis",
      "EG SA DZ LY MR ML NE TD SD OM YE JO IQ IR NA BW TN MA EH DJ SO TM UZ AF PK ER IL PS SY MX") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0xf08a4b, 0xfde3b4);
      canvas.glow(400, 330, 330, 0xfff1c7, 230);
      canvas.disc(400, 330, 92, rgb(0xfff0bf));
      canvas.graphics().setPaint(rgb(0xd48a4c));
      canvas.graphics().fill(Canvas.triangle(40, 560, 190, 400, 340, 560));
      canvas.graphics().setPaint(rgb(0xb56f38));
      canvas.graphics().fill(Canvas.triangle(190, 400, 340, 560, 220, 560));
      canvas.hills(560, 30, 170, 0xe8b06a, 0xcf8c45);
      canvas.hills(640, 34, 140, 0xd99a52, 0xb87433);
      canvas.hills(720, 26, 110, 0xc07f3c, 0x8f5a26);
    }
  },
  NIGHT(
      "night sleep sleeping moon dream insomnia bed tired ghost vampire halloween owl bat wolf dark"
          + " midnight star snooze alarm scary horror witch",
      "") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0x0b1030, 0x2d3f7a);
      canvas.stars(150, 520);
      canvas.glow(620, 170, 190, 0xf7efc4, 150);
      canvas.disc(620, 170, 72, rgb(0xf7efc4));
      canvas.disc(596, 156, 13, faint(0xcfc596, 160));
      canvas.disc(640, 190, 18, faint(0xcfc596, 160));
      canvas.disc(634, 140, 9, faint(0xcfc596, 160));
      canvas.hills(590, 46, 130, 0x1b2a57, 0x141f42);
      canvas.hills(670, 34, 100, 0x121b3d, 0x0b1129);
      for (int tree = 0; tree < 9; tree++) {
        double x = canvas.random().nextInt(SIDE);
        canvas.fir(x, 720 + canvas.random().nextInt(40), 90, 0x0a1024);
      }
    }
  },
  PEAKS(
      "mountain snow ski skiing cold winter ice climb climbing penguin snowboard christmas santa"
          + " bear hiking freezing yeti snowman",
      "CH AT NP BT LI AD NO KG TJ PE BO EC CL AM GE LS SI ME IS GL AQ FI SE CA MN AR") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0x5aa9e6, 0xeaf6ff);
      canvas.glow(150, 150, 190, 0xffffff, 200);
      canvas.clouds(3, 230, 220);
      canvas.peak(170, 300, 640, 460, 0x7d8fb3, 0xf5f9ff);
      canvas.peak(640, 270, 640, 520, 0x6e80a6, 0xf5f9ff);
      canvas.peak(410, 350, 660, 420, 0x8fa0c2, 0xffffff);
      canvas.hills(640, 24, 140, 0xf2f8ff, 0xc9dcef);
      for (int tree = 0; tree < 11; tree++) {
        double x = canvas.random().nextInt(SIDE);
        canvas.fir(
            x, 690 + canvas.random().nextInt(50), 80 + canvas.random().nextInt(40), 0x2d5a4a);
      }
      canvas.hills(735, 16, 120, 0xffffff, 0xd5e4f3);
    }
  },
  GRID(
      "computer internet wifi phone code bug robot game gaming software developer keyboard screen"
          + " password crypto server data ai retro music guitar dance dancing party car driving",
      "") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0x1a0b3b, 0xc2317d);
      canvas.stars(70, 300);
      canvas.glow(400, 400, 330, 0xff7ac6, 150);
      canvas.disc(400, 400, 170, rgb(0xffc14d));
      for (int stripe = 0; stripe < 6; stripe++) {
        canvas.box(
            220, 400 + stripe * 26, 360, 4 + stripe * 2.4, rgb(between(0x1a0b3b, 0xc2317d, 0.52)));
      }
      canvas.gradient(540, SIDE, 0x2a0f52, 0x12062b);
      canvas.graphics().setPaint(rgb(0x28d7f2));
      canvas.graphics().setStroke(new BasicStroke(2));
      for (int line = -14; line <= 14; line++) {
        canvas.graphics().draw(new Line2D.Double(400 + line * 34, 540, 400 + line * 150, SIDE));
      }
      for (double y = 540, step = 8; y < SIDE; y += step, step *= 1.5) {
        canvas.graphics().draw(new Line2D.Double(0, y, SIDE, y));
      }
    }
  },
  CONFETTI(
      "birthday wedding celebration celebrate gift cake love friday weekend winner win champion"
          + " friend friends anniversary congratulations prize baby",
      "BR CO VE TT") {
    @Override
    void paint(Canvas canvas) {
      int[][] grounds = {
        {0xffd3e0, 0xff8fab}, {0xd0f4de, 0x6fcf97}, {0xdbe7ff, 0x88a9f2}, {0xfff1c1, 0xfcc35b}
      };
      int[] ground = grounds[canvas.random().nextInt(grounds.length)];
      canvas.sky(ground[0], ground[1]);
      canvas.glow(400, 420, 340, 0xffffff, 190);
      int[] colours = {0xe63946, 0xf4a261, 0x2a9d8f, 0x457b9d, 0x8338ec, 0xffbe0b};
      for (int piece = 0; piece < 130; piece++) {
        AffineTransform place =
            AffineTransform.getTranslateInstance(
                canvas.random().nextInt(SIDE), canvas.random().nextInt(SIDE));
        place.rotate(canvas.random().nextDouble() * Math.PI);
        canvas.graphics().setPaint(rgb(colours[canvas.random().nextInt(colours.length)]));
        canvas
            .graphics()
            .fill(
                place.createTransformedShape(
                    piece % 3 == 0
                        ? new Ellipse2D.Double(-6, -6, 12, 12)
                        : new Rectangle2D.Double(-8, -4, 16, 8)));
      }
    }
  },
  ROOM(
      "home kitchen food cook cooking coffee tea pizza cat sofa couch television book reading family"
          + " mother father grandmother fridge bread cheese breakfast lunch dinner restaurant wine beer"
          + " laundry sock socks spreadsheet therapist doctor dentist school teacher homework",
      "") {
    @Override
    void paint(Canvas canvas) {
      int[][] walls = {
        {0xf7d9c4, 0xf2c6a6}, {0xcfe8ef, 0xb4d8e4}, {0xe2dcf4, 0xcfc5ec}, {0xdff0d0, 0xc9e4b2}
      };
      int[] wall = walls[canvas.random().nextInt(walls.length)];
      canvas.box(0, 0, SIDE, SIDE, rgb(wall[0]));
      for (int stripe = 0; stripe < SIDE; stripe += 80) {
        canvas.box(stripe, 0, 40, 600, rgb(wall[1]));
      }
      canvas.box(470, 150, 250, 260, rgb(0xffffff));
      canvas.gradientBox(484, 164, 222, 232, 0x7cc7f2, 0xdff3ff);
      canvas.box(590, 164, 10, 232, rgb(0xffffff));
      canvas.box(484, 276, 222, 10, rgb(0xffffff));
      canvas.box(0, 584, SIDE, 18, rgb(0xffffff));
      canvas.gradient(602, SIDE, 0xb5804f, 0x83552f);
      canvas.graphics().setPaint(faint(0x5f3b1e, 120));
      canvas.graphics().setStroke(new BasicStroke(3));
      for (int board = -8; board <= 8; board++) {
        canvas.graphics().draw(new Line2D.Double(400 + board * 70, 602, 400 + board * 120, SIDE));
      }
      canvas.glow(400, 520, 330, 0xffffff, 90);
    }
  },
  FOREST(
      "forest tree jungle monkey mushroom camping fox deer squirrel rain frog spider gorilla raccoon"
          + " racoon tiger elephant lion leaf plant rainforest",
      "CD CG GA GF SR GY CM GQ CR PA NI HN GT BZ LA MM KH VN TH MY BN PG LR SL KE TZ IN BD NG GH") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0xb8e0d2, 0xf3fbe8);
      canvas.glow(400, 260, 320, 0xfffbd6, 220);
      for (int row = 0; row < 4; row++) {
        int green = between(0x9cc9a8, 0x1f4d3a, row / 3.0);
        double foot = 560 + row * 70;
        for (int tree = 0; tree < 9 - row; tree++) {
          double x = (tree + canvas.random().nextDouble()) * SIDE / (9 - row);
          if (row < 3 || Math.abs(x - 400) > 230) {
            canvas.fir(
                x,
                foot + canvas.random().nextInt(20),
                190 + row * 45 + canvas.random().nextInt(60),
                green);
          }
        }
        canvas.hills(
            foot - 4,
            10,
            130,
            between(0xa9d3a5, 0x2f6b3d, row / 3.0),
            between(0x8cc08a, 0x24552f, row / 3.0));
      }
    }
  },
  SPACE(
      "space alien rocket astronaut planet ufo galaxy universe science physics quantum mars future"
          + " existential time astronauts robot satellite",
      "KZ") {
    @Override
    void paint(Canvas canvas) {
      canvas.sky(0x07071a, 0x1f1147);
      canvas.glow(200, 560, 320, 0x7b2ff7, 110);
      canvas.glow(640, 240, 280, 0x0aa1c9, 110);
      canvas.stars(260, SIDE);
      canvas.disc(650, 220, 78, rgb(0xe8a13c));
      canvas.disc(676, 198, 62, faint(0xf4bd68, 150));
      canvas.graphics().setPaint(rgb(0xf3d9a4));
      canvas.graphics().setStroke(new BasicStroke(9));
      Path2D ring = new Path2D.Double(new Ellipse2D.Double(-130, -26, 260, 52));
      AffineTransform place = AffineTransform.getTranslateInstance(650, 220);
      place.rotate(-0.35);
      canvas.graphics().draw(place.createTransformedShape(ring));
      canvas.hills(700, 20, 120, 0x8d86a8, 0x4d4766);
      for (int crater = 0; crater < 7; crater++) {
        canvas.graphics().setPaint(faint(0x3b3553, 150));
        canvas
            .graphics()
            .fill(
                new Ellipse2D.Double(
                    canvas.random().nextInt(SIDE), 720 + canvas.random().nextInt(60), 50, 16));
      }
    }
  };

  private final String words;
  private final String countries;

  Scene(String words, String countries) {
    this.words = " " + words + " ";
    this.countries = " " + countries + " ";
  }

  abstract void paint(Canvas canvas);

  /** By a word of the topic, else by the country or the open sea, else by a word of the text. */
  static Scene of(Poster poster, RandomGenerator random) {
    List<Scene> byTopic = called(poster.topic());
    if (!byTopic.isEmpty()) {
      return byTopic.get(random.nextInt(byTopic.size()));
    }
    String location = poster.location();
    if (location != null && location.matches("\\d.* km from .*")) {
      return WAVES;
    }
    List<Scene> here = new ArrayList<>();
    Art.country(location)
        .ifPresent(country -> {
          for (Scene scene : values()) {
            if (scene.countries.contains(" " + country + " ")) {
              here.add(scene);
            }
          }
        });
    if (!here.isEmpty()) {
      return here.get(random.nextInt(here.size()));
    }
    List<Scene> byText = called(poster.text());
    List<Scene> any =
        byText.isEmpty()
            ? List.of(RAYS, RAYS, HILLS, SKYLINE, GRID, CONFETTI, ROOM, SPACE)
            : byText;
    return any.get(random.nextInt(any.size()));
  }

  private static List<Scene> called(@Nullable String text) {
    List<Scene> called = new ArrayList<>();
    if (text != null) {
      for (String word : Art.words(text)) {
        for (Scene scene : values()) {
          if (scene.words.contains(" " + word + " ")) {
            called.add(scene);
          }
        }
      }
    }
    return called;
  }
}
