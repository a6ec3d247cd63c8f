// The visitor's cart in the shop. WooCommerce: its Store API, asked from the shop's own pages with
// the visitor's own cookies. Wherever that cannot be, there is no cart, and codes are copied.

import type { Config } from "../api.ts";

const MISSING = [401, 403]; // a nonce that is missing, or that a cache has kept too long

export class Cart {
  /** The codes in it, in small letters. */
  codes: string[] = [];
  #nonce = "";

  private constructor(readonly base: string) {}

  static of({ platform, url }: Config): Cart | undefined {
    if (platform !== "woocommerce" || !url || new URL(url).origin !== location.origin) return;
    return new Cart(`${url}/wp-json/wc/store/v1/cart`);
  }

  has(code: string): boolean {
    return this.codes.includes(code.toLowerCase());
  }

  /** What lies in it now; also brings the nonce without which nothing may be changed. */
  async look(): Promise<void> {
    await this.#ask("");
  }

  /** The shop's own sentence where it says no, else nothing. */
  async put(code: string): Promise<string> {
    return this.#change("apply-coupon", code);
  }

  async take(code: string): Promise<string> {
    return this.#change("remove-coupon", code);
  }

  async #change(path: string, code: string): Promise<string> {
    if (!this.#nonce) await this.look();
    let answer = await this.#ask(`/${path}`, code);
    if (MISSING.includes(answer.status)) {
      await this.look();
      answer = await this.#ask(`/${path}`, code);
    }
    if (answer.ok) document.body.dispatchEvent(new Event("wc-blocks_added_to_cart"));
    return answer.ok ? "" : answer.message;
  }

  async #ask(path: string, code?: string): Promise<{ ok: boolean; status: number; message: string }> {
    const headers = { "Content-Type": "application/json", Nonce: this.#nonce };
    const body = JSON.stringify({ code });
    const change: RequestInit = code === undefined ? {} : { method: "POST", headers, body };
    const usual: RequestInit = { credentials: "same-origin", cache: "no-store" };
    const response = await fetch(this.base + path, { ...usual, ...change });
    const cart = await response.json();
    this.#nonce = response.headers.get("Nonce") ?? "";
    if (response.ok) this.codes = cart.coupons.map((coupon: { code: string }) => coupon.code.toLowerCase());
    return { ok: response.ok, status: response.status, message: plain(`${cart.message}`) };
  }
}

const ENTITIES: Record<string, string> = { quot: '"', amp: "&", euro: "€", nbsp: "\u00a0", lt: "<", gt: ">" };

/** The shop's sentences are written for its own pages, with markup; ours show text only. */
const plain = (text: string): string =>
  text
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)))
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
