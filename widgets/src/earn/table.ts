// What a purchase brings by the table of `config.preview`, as connector/amounts.py reckons an order of
// one line: exact whole numbers, rounded once. vectors.json holds both to the same answers.

import type { Table } from "../api.ts";

export interface Purchase {
  product: string;
  /** Minor units for one piece, with tax. */
  gross: number;
  /** Minor units for one piece, without tax. */
  net: number;
  quantity: number;
}

/** Points, or undefined where a number is missing or too large to be exact. */
export function brings(table: Table, bought: Purchase): number | undefined {
  if (table.except.includes(bought.product)) return 0;
  const money = Math.max(bought[table.basis] * bought.quantity, 0);
  const found = table.steps ? whole(money, table.per) * table.points : rounded(money * table.points, table);
  return Number.isSafeInteger(found) ? found : undefined;
}

function rounded(exact: number, { per, rounding }: Table): number {
  if (rounding === "up") return whole(exact + per - 1, per);
  if (rounding === "half_up") return whole(2 * exact + per, 2 * per);
  return whole(exact, per);
}

/** How often `by` goes into an amount. The remainder is exact where a quotient would be rounded. */
const whole = (amount: number, by: number): number =>
  Number.isSafeInteger(amount) ? (amount - (amount % by)) / by : NaN;
