export type Language = keyof typeof phrases;

/** What people say, by language. {n} becomes an order number. */
export const phrases = {
  en: {
    hello: ["Hello!", "Hi there 👋", "Good afternoon, is anybody here?", "Hey, quick question"],
    ask: [
      "Where is my order {n}?",
      "Can I return the blue one & get the green one instead? 50% off?",
      'The app says "error 500" when I pay for {n} 😡',
      "How much is shipping to Malmö?",
      "I was charged twice for {n} – please check",
    ],
    more: [
      "ok, thanks 🙏",
      "any news?",
      "That's not what I asked :(",
      "Great!!! 🎉🎉",
      "https://example.com/cart?id={n}&ref=chat",
    ],
    answer: [
      "Good afternoon! Let me check order {n}.",
      "It left our warehouse this morning 🚚",
      "I have asked the billing team; this takes about 10 minutes.",
      "Could you send a photo of the label, please?",
      "Done: the refund for {n} is on its way. [b]3–5 days[/b][br]Anything else?",
    ],
    welcome: ["Welcome! An operator will be with you shortly."],
    bot: [
      "I am the assistant 🤖 Please describe your question in one message.",
      "Your request {n} was passed to an operator.",
    ],
    rate: ["Please rate our support: 👍 or 👎"],
  },
  de: {
    hello: ["Guten Tag!", "Hallo zusammen 😊", "Moin"],
    ask: [
      "Wo bleibt meine Bestellung {n}?",
      "Ist der Akku größer als 5 000 mAh?",
      "Die Rechnung zu {n} fehlt – könnten Sie sie schicken?",
    ],
    more: ["Danke schön!", "Das dauert aber lange …", "Alles klar 👍", "Größe M, Farbe weiß/grün"],
    answer: [
      "Guten Tag, ich prüfe das sofort.",
      "Die Bestellung {n} wurde heute verschickt.",
      "Möchten Sie die Rückerstattung auf Ihr Konto?",
    ],
    welcome: ["Willkommen! Ein Mitarbeiter meldet sich gleich."],
    bot: ["Ich bin der Assistent 🤖 Worum geht es?"],
    rate: ["Bitte bewerten Sie unseren Service"],
  },
  ru: {
    hello: ["Здравствуйте!", "Добрый день 🙂", "Привет, есть кто?"],
    ask: ["Где мой заказ {n}?", "Сколько стоит доставка в Казань?", "Почему списали деньги дважды за {n}?!"],
    more: ["Спасибо большое! ❤️", "Жду…", "Ясно, понял", "А когда будет готово?"],
    answer: [
      "Здравствуйте! Сейчас проверю заказ {n}.",
      "Заказ передан в службу доставки.",
      "Оформили возврат, ждите 3–5 дней.",
    ],
    welcome: ["Добро пожаловать! Оператор скоро ответит."],
    bot: ["Я бот-помощник 🤖 Опишите вопрос одним сообщением."],
    rate: ["Оцените, пожалуйста, нашу работу"],
  },
  es: {
    hello: ["¡Hola!", "Buenos días ☀️", "¿Hay alguien?"],
    ask: [
      "¿Dónde está mi pedido {n}?",
      "¿Hacéis envíos a las islas?",
      "Necesito la factura de {n}, por favor",
    ],
    more: ["¡Muchísimas gracias! 🥳", "Sigo esperando…", "Vale, perfecto"],
    answer: [
      "Buenos días, un momento por favor.",
      "El pedido {n} sale mañana por la mañana.",
      "Ya está solucionado ✅",
    ],
    welcome: ["¡Bienvenido! Un agente le atenderá enseguida."],
    bot: ["Soy el asistente 🤖 ¿En qué puedo ayudarle?"],
    rate: ["Valore nuestra atención, por favor"],
  },
  ja: {
    hello: ["こんにちは", "お世話になっております"],
    ask: ["注文{n}はいつ届きますか？", "返品したいのですが…"],
    more: ["ありがとうございます🙇", "わかりました"],
    answer: ["お問い合わせありがとうございます。確認いたします。", "注文{n}は本日発送しました📦"],
    welcome: ["ようこそ。担当者がまもなく対応します。"],
    bot: ["自動応答です🤖 ご用件をどうぞ。"],
    rate: ["対応の評価をお願いします"],
  },
} as const;

export const languages: readonly Language[] = ["en", "en", "de", "ru", "es", "ja"];

export const people = {
  first: [
    "Anna",
    "Jürgen",
    "Мария",
    "José",
    "Oksana",
    "Chloë",
    "田中",
    "Ahmed",
    "Zoë",
    "Иван",
    "Lucía",
    "Sam",
    "Noor",
    "Łukasz",
  ],
  last: [
    "Smith",
    "Müller",
    "Петрова",
    "García",
    "O'Neil",
    "Kowalska",
    "Hassan",
    "Sørensen",
    "Иванов",
    "Brandt",
    "Rossi",
    "Lee",
  ],
} as const;

export const fileNames = [
  "photo_2.jpg",
  "Rechnung März.pdf",
  "чек.png",
  "label (1).jpeg",
  "price list.xlsx",
] as const;
