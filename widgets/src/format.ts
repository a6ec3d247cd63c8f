// Numbers, money and days in the programme's language; a widget words figures and computes none.

import type { Money } from "./api.ts";

/** Points are whole numbers; anything else is an answer we do not understand. */
export function number(lang: string, value: number): string {
  if (!Number.isInteger(value)) throw new RangeError();
  return new Intl.NumberFormat(lang).format(value);
}

/** Whole minor units as the currency writes them: EUR has two digits, JPY none. */
export function money(lang: string, { minor, currency }: Money): string {
  const format = new Intl.NumberFormat(lang, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits!);
}

/**
 * A day without a time is the same day everywhere: it must not slide with the visitor's zone.
 * English days are written as in the connector's sentences, 24 November 2026.
 */
export function day(lang: string, date: string): string {
  const zone = date.length === 10 ? { timeZone: "UTC" } : {};
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long", ...zone }).format(new Date(date));
}
