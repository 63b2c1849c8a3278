package dev.lastword.pictures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Posters of every kind, to be looked at. */
final class Samples {

  static final List<Poster> ALL =
      List.of(
          at(
              "food",
              "Sunnyside, New York, United States",
              "Tourists come to Sunnyside for the sights. I came for food and have seen nothing else."),
          of("cats", "My cat looked at me, looked at cats, and quietly updated its will."),
          at(
              "pigeons",
              "Paris, Île-de-France, France",
              "A pigeon in Paris has seen my pigeons and now carries itself as if it knew things."),
          at(
              "camels",
              "Cairo, Cairo, Egypt",
              "The mayor of Cairo cut a ribbon today. Behind it: camels. The applause was confused but sincere."),
          at(
              "snow",
              "Zermatt, Valais, Switzerland",
              "Weather forecast: eighty percent chance of snow, with scattered excuses in the afternoon."),
          at(
              "seagulls",
              "610 km from Hamilton, Bermuda",
              "Nobody in Hamilton asked for seagulls. And yet there is a queue around the block."),
          of(
              "monday meetings",
              "The meeting could have been an email, and the email could have been monday meetings."),
          of("x", "X"),
          of(
              "deploying on friday",
              "I don't have a problem with deploying on friday. I have a subscription, which is more organised."),
          of("🐕🍕", "🐕 eats 🍕. 👨‍👩‍👧‍👦 watches. 🇺🇦❤️🏳️‍🌈 1️⃣ winner 👍🏽"),
          of("coffee", "I run entirely on coffee and unresolved feelings about coffee."),
          at(
              "חומוס",
              "Tel Aviv, Tel Aviv, Israel",
              "לא צריך לחפש אהבה. צריך רק חומוס טוב, ומישהו שישאיר לך את הביס האחרון."),
          at(
              "قهوة",
              "Dubai, Dubai, United Arab Emirates",
              "قلت خمس دقائق مع القهوة فقط، والآن نحن في فصل آخر من السنة."),
          at(
              "hummus",
              "Jerusalem, Jerusalem, Israel",
              "Doctor: any history of חומוס in the family? Me: history? We have a group chat called \"אבא, די!\" (12 members)."),
          at("猫", "Tokyo, Tokyo, Japan", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"),
          at("火锅", "Chengdu, Sichuan, China", "医生：你家族有火锅病史吗？我：病史？我们有一个群。"),
          at("김치", "Seoul, Seoul, South Korea", "우리 집 냉장고에는 김치가 있다. 그리고 김치 옆에는 더 많은 김치가 있다."),
          at(
              "गाय",
              "Jaipur, Rajasthan, India",
              "ट्रैफ़िक इतना बुरा नहीं है। सब लोग बस गाय को देखने के लिए रुक गए हैं।"),
          at(
              "ส้มตำ",
              "Bangkok, Bangkok, Thailand",
              "ฉันบอกว่าจะกินส้มตำแค่คำเดียว แต่ตอนนี้ร้านปิดแล้ว และฉันยังไม่อิ่มเลย"),
          at(
              "борщ",
              "Kyiv, Kyiv City, Ukraine",
              "Дослідники відкрили нову одиницю жалю. Вона називається «один борщ»."),
          at(
              "φέτα",
              "Athens, Attica, Greece",
              "Η φέτα δεν είναι τυρί, είναι σχέση ζωής. Και η σχέση είναι περίπλοκη."),
          at(
              "sharks",
              "Sydney, New South Wales, Australia",
              "My GPS in Sydney: \"In two hundred metres, reconsider sharks.\""),
          at(
              "llamas",
              "Cusco, Cuzco, Peru",
              "Dating in Cusco is easy: mention llamas and see who does not leave."),
          at(
              "lions",
              "Nairobi, Nairobi Area, Kenya",
              "Advice from the tourist office of Nairobi: make no sudden moves between a local and lions."),
          of(
              "lorem",
              ("The five stages of grief: curiosity, snacks, denial, more snacks, a spreadsheet. ")
                  .repeat(7)
                  .substring(0, 500)),
          of(
              "a",
              "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
          of("b", "a".repeat(500)),
          of("🎉", "🎉".repeat(120)),
          of("unknown", "Egyptian 𓂀 and cuneiform 𒀀 and private \uE000 and ☃ → ∞ ♥ ½ ™ ʃə"),
          of(
              "zalgo",
              "H" + "\u0301\u0302\u0303\u0304\u0305".repeat(20) + "e comes, and brings accents."),
          of("robots", "Scientists have discovered a new unit of regret. It is called one robots."),
          of(
              "sleep",
              "My superpower is turning any conversation into one about sleep within eleven seconds."),
          at(
              "football",
              "São Paulo, São Paulo, Brazil",
              "Only in São Paulo can you ask for directions and be given a lecture about football."),
          at(
              "tea",
              "London, England, United Kingdom",
              "Every London group chat, sooner or later: \"does anyone know a good tea?\""),
          at(
              "aliens",
              "Reykjavík, Capital Region, Iceland",
              "A ghost haunts Reykjavík. It only ever says one thing, and that is aliens."),
          at(
              "ramen",
              "Singapore",
              "The five stages of ramen: curiosity, snacks, denial, more snacks, a spreadsheet."),
          at(
              "elephants",
              "Kandy, Central, Sri Lanka",
              "Town hall of Kandy: \"We have no official position on elephants.\" Everyone in Kandy: oh, but we do."),
          at(
              "дедлайн",
              "Novosibirsk, Novosibirsk Oblast, Russia",
              "Завтра точно начну. Сегодня — официальный день подготовки к завтра."),
          at(
              "vikings",
              "Tromsø, Troms, Norway",
              "Officially, Tromsø is twinned with nowhere. Unofficially, with vikings."),
          at(
              "tacos",
              "Oaxaca, Oaxaca, Mexico",
              "A wise old lady in Oaxaca once told me: \"tacos come and go, but you're in my seat.\""),
          at(
              "دیر",
              "Tehran, Tehran, Iran",
              "گفتم پنج دقیقه دیگر می‌رسم؛ هنوز حتی از خانه بیرون نیامده‌ام 😅"),
          of(
              "javascript",
              "Roses are red, my inbox is high, I opened one tab about javascript and waved the day goodbye."));

  private Samples() {}

  private static Poster of(String topic, String text) {
    return new Poster(text, null, topic);
  }

  private static Poster at(String topic, @Nullable String location, String text) {
    return new Poster(text, location, topic);
  }
}
