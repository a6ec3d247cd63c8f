// The visitor's cart in the shop, reached from the shop's own pages with the visitor's own cookies: by a form
// that the page names, or by WooCommerce's Store API. Wherever neither can be, codes are copied.

import type { Config } from "../api.ts";
import { el, set, webAddress } from "../shared.ts";

const MISSING = [401, 403]; // a nonce that is missing, or that a cache has kept too long

export interface Cart {
  /** What lies in it now. */
  look(): Promise<void>;
  has(code: string): boolean;
  /** The shop's own sentence where it says no, else nothing. */
  put(code: string): Promise<string>;
  take(code: string): Promise<string>;
}

/** The cart of this page; `apply` is where it says that a form takes codes, `held` where it says what lies in it. */
export function cartOf({ platform, url }: Config, apply?: string, held?: string): Cart | undefined {
  const form = webAddress(apply);
  if (form) return new URL(form).origin === location.origin ? new FormCart(new URL(form), held) : undefined;
  if (platform !== "woocommerce" || !url || new URL(url).origin !== location.origin) return;
  return new StoreCart(`${url}/wp-json/wc/store/v1/cart`);
}

/** A form of the shop's: its next page says in the shop's own words what became of the code. */
class FormCart implements Cart {
  #codes: unknown[] = [];

  constructor(
    readonly address: URL,
    readonly held: string | undefined,
  ) {}

  /** As Shopware says it; where it does not, codes can be put in all the same. */
  async look(): Promise<void> {
    try {
      const answer = this.held && (await fetch(this.held, { cache: "no-store" }));
      const { lineItems } = answer ? await answer.json() : { lineItems: [] };
      this.#codes = lineItems.map(({ payload }: { payload?: { code?: unknown } }) => payload?.code);
    } catch {
      // Nobody knows what lies in it.
    }
  }

  has(code: string): boolean {
    return this.#codes.includes(code);
  }

  /** The address' query are the form's fields; those that say nothing are the code. */
  put(code: string): Promise<string> {
    const { origin, pathname, searchParams } = this.address;
    const form = set(el("form"), { method: "post", action: origin + pathname, hidden: "" });
    for (const [name, value] of searchParams) form.append(set(el("input"), { name, value: value || code }));
    document.body.append(form);
    form.submit();
    // The page is on its way out; should the visitor come back to it as it was, it goes on.
    return new Promise((done) => {
      addEventListener("pageshow", () => (form.remove(), this.look().then(() => done(""))), { once: true });
    });
  }

  async take(): Promise<string> {
    return "";
  }
}

class StoreCart implements Cart {
  /** The codes in it, in small letters. */
  codes: string[] = [];
  #nonce = "";

  constructor(readonly base: string) {}

  has(code: string): boolean {
    return this.codes.includes(code.toLowerCase());
  }

  /** Also brings the nonce without which nothing may be changed. */
  async look(): Promise<void> {
    await this.#ask("");
  }

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
