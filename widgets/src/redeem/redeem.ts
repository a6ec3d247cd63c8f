// <stammkunde-redeem>: points for a voucher in two taps, into the cart, and back again in one; to a guest, what
// points are for.
// Attributes, parts, events: README.md. Nothing here counts points: it shows what `me` says.

import type { Claim, Config, Me, Offer, Reward, Voucher } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, el, set } from "../shared.ts";
import { declined } from "../declined.ts";
import { type Cart, cartOf } from "./cart.ts";
import { css } from "./redeem.css.ts";
import { texts } from "./redeem.texts.ts";

const OPEN = ["wanted", "ready", "revoking"];
const LOOK_AFTER = [400, 800, 1500, 3000, 6000, 12_000, 24_000];

/** A choice that waits for its second tap; the same key however often that is tapped. */
interface Chosen extends Claim {
  reward: string;
  key: string;
}

export class Redeem extends StammkundeElement {
  protected readonly texts = texts;
  protected readonly css = css;
  #cart: Cart | undefined | null = null; // null: not looked yet
  #chosen: Chosen | undefined;
  #problem = "";
  #busy = false;
  #watching = false;
  /** Vouchers that this page asked for: when they are ready, into the cart. */
  #asked = new Set<string>();
  #returned = new Set<string>();

  protected draw(config: Config, me: Me): Child[] {
    const { rewards = [], vouchers = [] } = me;
    if (me.state === "guest" || me.state === "nobody") return this.#outside(config);
    if (me.state !== "member" || !(rewards.length || vouchers.length)) return [];
    this.#follow(config, vouchers);
    const open = vouchers.filter(({ state }) => OPEN.includes(state));
    return [
      this.heading(0, this.text("title")),
      this.#problem && el("p", "text problem", this.#problem),
      open.length > 0 && this.heading(1, this.text("mine")),
      list(open.map((voucher) => this.#voucher(voucher))),
      open.length > 0 && rewards.length > 0 && this.heading(1, this.text("more")),
      list(rewards.map((reward) => this.#reward(reward))),
    ];
  }

  #outside({ programme, rewards = [] }: Config): Child[] {
    // Where a cart is paid, only what can be used there is of interest.
    if (!rewards.length || programme.notice || this.hasAttribute("members-only")) return [];
    const offer = ({ title, text, points }: Offer): Child =>
      el("li", "reward", el("p", "name", title), el("p", "small", `${text} · ${this.points(points)}`));
    return [this.heading(0, this.text("outside")), list(rewards.map(offer))];
  }

  #reward({ id, title, text, missing, choices }: Reward): Child {
    const single = choices.length < 2;
    const picks = choices.map((claim) => {
      const words = { value: claim.value?.text ?? "", points: this.points(claim.points) };
      const label = this.text(single || !claim.value ? "take" : "choose", words);
      const pick = this.#button("plain", `pick-${id}-${claim.points}`, label, () => this.#pick(id, claim));
      return set(pick, { "aria-describedby": `name-${id}` }); // "For 500 points" alone says not what
    });
    const lack = choices.length ? "" : ` · ${this.text("missing", { points: this.points(missing) })}`;
    const chosen = this.#chosen?.reward === id && this.#chosen;
    return el(
      "li",
      "reward",
      set(el("p", "name", title), { id: `name-${id}` }),
      single && el("p", "small", text + lack),
      chosen ? this.#confirm(chosen) : picks.length > 0 && el("p", "row", ...picks),
    );
  }

  #pick(reward: string, claim: Claim): void {
    const key = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    this.#chosen = { ...claim, reward, key };
    this.#problem = "";
    this.redraw();
    this.shadowRoot!.getElementById("confirm")!.focus();
  }

  #confirm({ text, points }: Chosen): Child {
    const question = this.text("ask", { text, points: this.points(points) });
    const ask = set(el("p", "name", question), { id: "ask" });
    const yes = set(this.#button("primary", "confirm", this.text("confirm"), () => this.#redeem()), {
      "aria-describedby": "ask",
    });
    const no = this.#button("plain", "cancel", this.text("cancel"), () => this.#close());
    return el("div", "confirm", ask, el("p", "row", yes, no));
  }

  /** Close the question; the focus goes back to where it came from. */
  #close(): void {
    const from = this.#chosen && `pick-${this.#chosen.reward}-${this.#chosen.points}`;
    this.#chosen = undefined;
    this.redraw();
    if (from) this.shadowRoot!.getElementById(from)?.focus();
  }

  #voucher({ id, code, state, title, sentence, can_be_taken_back: back }: Voucher): Child {
    const cart = state === "ready" && this.#cart;
    const lies = cart && cart.has(code);
    const shown = code && set(el("code", "code", code), { id: `code-${id}`, tabindex: -1 });
    return el(
      "li",
      "voucher",
      el("p", "name", title),
      el("p", "small", lies ? this.text("inCart") : sentence),
      shown && el("p", "", shown),
      el(
        "p",
        "row",
        cart && !lies && this.#button("primary", `cart-${id}`, this.text("toCart"), () => this.#put(cart, code)),
        state === "ready" && code && this.#button("plain", `copy-${id}`, this.text("copy"), () => this.#copy(id, code)),
        back && this.#button("plain", `back-${id}`, this.text("back"), () => this.#back(id, code)),
      ),
    );
  }

  #button(name: string, id: string, label: string, press: () => unknown): HTMLButtonElement {
    const made = button(name, label, press as () => void);
    made.id = id;
    return made;
  }

  // ---------------------------------------------------------------- what taps do

  #redeem(): Promise<void> {
    const { reward, points, key } = this.#chosen!;
    return this.#once(async () => {
      const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
      const made = await this.#post("redeem", { headers, body: JSON.stringify({ reward, points }) });
      this.#chosen = undefined;
      this.#asked.add(made.id);
      this.say(this.text("wanted"));
      this.emit("redeemed");
    });
  }

  #back(id: string, code: string): Promise<void> {
    return this.#once(async () => {
      // First out of the cart: a code that the shop no longer knows cannot be taken out of it.
      if (this.#cart?.has(code)) await this.#cart.take(code);
      await this.#post(`vouchers/${id}/take-back`, {});
      this.#asked.delete(id);
      this.#returned.add(id);
    });
  }

  #put(cart: Cart, code: string): Promise<void> {
    return this.#once(async () => {
      this.#problem = await cart.put(code);
      this.say(this.#problem || this.text("inCart"));
      if (!this.#problem) this.emit("cart");
    });
  }

  async #post(path: string, init: RequestInit): Promise<Voucher> {
    const made = (await this.page.proven(path, { method: "POST", ...init })) as Voucher | undefined;
    if (!made?.id) throw new Error();
    return made;
  }

  /** One thing at a time; a no is shown and said, and `me` is looked at again. */
  async #once(act: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#problem = "";
    try {
      await act();
    } catch (error) {
      this.#problem = (await declined(error)) || this.text("error");
      this.say(this.#problem);
    }
    this.#busy = false;
    this.redraw();
    this.page.load(true);
    void this.#watch();
  }

  /** Look again while the shop is at it, soon at first and then less often. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    for (const pause of LOOK_AFTER) {
      await new Promise((done) => setTimeout(done, pause));
      if (!this.isConnected || !this.#waits()) break;
      this.page.load(true);
    }
    this.#watching = false;
  }

  #waits(): boolean {
    const open = this.page.me?.vouchers ?? [];
    const under = open.some(({ state }) => state === "wanted" || state === "revoking");
    return under || this.#asked.size > 0 || this.#returned.size > 0;
  }

  /** What became of what this page asked for. */
  #follow(config: Config, vouchers: Voucher[]): void {
    for (const id of this.#asked) {
      const one = vouchers.find((voucher) => voucher.id === id);
      // An answer that was under way when we asked for it does not know it yet.
      if (!one || one.state === "wanted") continue;
      this.#asked.delete(id);
      if (one.state === "ready") void this.#ready(config, one);
      else this.#tell(this.text("failed"));
    }
    for (const id of this.#returned) {
      const one = vouchers.find((voucher) => voucher.id === id);
      if (one && OPEN.includes(one.state)) continue;
      this.#returned.delete(id);
      if (one?.state === "used") {
        this.#tell(this.text("used"));
        continue;
      }
      this.say(this.text("returned"));
      this.emit("returned");
    }
    if (this.#cart === null && vouchers.some(({ state }) => state === "ready")) void this.#open(config);
  }

  async #ready(config: Config, { code }: Voucher): Promise<void> {
    const cart = this.#cart ?? (await this.#open(config));
    // Where the page only says how, it may be no cart: nobody is led away from what he reads unasked.
    if (cart && (!this.page.apply || this.hasAttribute("apply"))) return this.#put(cart, code);
    this.say(this.text("ready"));
  }

  /** The shop's cart, if there is one we may reach; without it codes are copied. */
  async #open(config: Config): Promise<Cart | undefined> {
    this.#cart = undefined;
    const cart = cartOf(config, this.getAttribute("apply") ?? this.page.apply, this.page.cart);
    try {
      await cart?.look();
      this.#cart = cart;
      this.redraw();
    } catch {
      // No cart today: the code is there to be copied.
    }
    return this.#cart;
  }

  #tell(problem: string): void {
    this.#problem = problem;
    this.say(problem);
  }

  async #copy(id: string, code: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(code);
      this.say(this.text("copied"));
      this.emit("copied");
    } catch {
      const shown = this.shadowRoot!.getElementById(`code-${id}`)!;
      getSelection()?.selectAllChildren(shown);
      shown.focus();
      this.say(this.text("marked"));
    }
  }
}

/** Without its bullets a list is a list only by name to some screen readers. */
const list = (rows: Child[]): Child => rows.length > 0 && set(el("ul", "", ...rows), { role: "list" });
