// Points in the programme's language. Money and days come worded from the connector, and no number asks
// the browser's Intl: its first use reads the language's whole data, 50 ms and more on a phone.

const BETWEEN_THOUSANDS = { de: ".", en: "," };

/** Points are whole numbers; anything else is an answer we do not understand. */
export function number(lang: "de" | "en", value: number): string {
  if (!Number.isInteger(value)) throw new RangeError();
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, BETWEEN_THOUSANDS[lang]);
}
