// <stammkunde-order>, on the thank-you page: what the order that was just placed brings. Attributes, parts,
// events: README.md. The order's key goes to the shop alone, and nothing is kept.

import type { Config, Placed as Answer } from "../api.ts";
import type { Child } from "../dom.ts";
import type { Proof } from "../page.ts";
import { StammkundeElement, el, set, webAddress } from "../shared.ts";
import { css } from "./order.css.ts";
import { texts } from "./order.texts.ts";

const LOOK_AFTER = [2000, 4000, 8000, 16_000];

export class Placed extends StammkundeElement {
  static readonly observedAttributes = ["order", "key", "identity"];
  override personal = false;
  protected readonly texts = texts;
  protected readonly css = css;
  #answer: Answer | undefined;
  /** Of this order alone; without an address where whoever is logged in proves himself, and names the order. */
  #proof: Proof | undefined;
  /** Nobody could be reached: asked again when the line is back. */
  #lost = false;
  #looks = 0;
  #timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.#look);
    this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#look);
    clearTimeout(this.#timer);
    this.#proof = undefined;
  }

  attributeChangedCallback(): void {
    if (this.isConnected && this.shadowRoot) this.#begin();
  }

  protected draw(config: Config): Child[] {
    const { state, sentence = "" } = this.#answer ?? {};
    if (!state) return this.#proof ? [el("div", "skeleton", el("i"), el("i"))] : [];
    const words = state === "later" ? this.#looks <= LOOK_AFTER.length && this.text("later") : sentence;
    if (state === "nothing" || !words) return [];
    return [
      this.heading(0, this.text("title", { programme: config.programme.name })),
      el("p", "text sentence", words),
      ...(state === "waiting" ? this.#outside(config) : []),
    ];
  }

  /** So many points would be his: what is in it, and the way in. */
  #outside({ programme, account_url, terms }: Config): Child[] {
    if (programme.notice) return []; // nobody joins what is ending
    const href = webAddress(account_url);
    const read = webAddress(terms?.url);
    const account = href && set(el("a", "primary", this.text("account")), { href });
    const link = el("a", "link small", this.text("terms"), el("span", "sr", ` ${this.text("newTab")}`));
    return [
      el("p", "text muted", programme.sentence),
      el("p", "text muted", this.text("advantage")),
      el("p", "row", account, read && set(link, { href: read, target: "_blank", rel: "noopener" })),
    ];
  }

  /** Another order, or the same one anew. */
  #begin(): void {
    clearTimeout(this.#timer);
    this.#proof = this.#own();
    this.#answer = undefined;
    this.#looks = 0;
    this.redraw();
    void this.#look();
  }

  /** The shop's proof whose order it is, from nowhere else but the shop. */
  #own(): Proof | undefined {
    const [order, key] = [this.getAttribute("order"), this.getAttribute("key")];
    const said = this.getAttribute("identity") ?? this.page.order;
    if (order && said === undefined) return { identity: undefined, token: "" };
    const address = webAddress(said);
    if (!order || !key || !address) return;
    const url = new URL(address);
    if (url.origin !== location.origin) return;
    url.searchParams.set("order", order);
    url.searchParams.set("key", key);
    return { identity: url.href, token: "" };
  }

  #look = async (): Promise<void> => {
    const proof = this.#proof;
    if (!proof || (this.#answer && this.#answer.state !== "later" && !this.#lost)) return;
    this.#lost = false;
    let answer: Answer | undefined;
    try {
      const order = encodeURIComponent(this.getAttribute("order")!);
      const asked = proof.identity
        ? this.page.proven("order", {}, proof)
        : this.page.proven(`order?order=${order}`);
      answer = (await asked) as Answer | undefined;
    } catch (error) {
      // Not his, or nobody answers: the thank-you page is complete without us.
      this.#lost = error instanceof TypeError;
    }
    if (proof !== this.#proof) return; // another order by now
    this.#show(answer ?? { state: "nothing" });
  };

  #show(answer: Answer): void {
    const before = this.#answer?.state;
    this.#answer = answer;
    const pause = answer.state === "later" ? LOOK_AFTER[this.#looks++] : undefined;
    if (pause) this.#timer = setTimeout(this.#look, pause);
    this.redraw();
    if (before === "later" && answer.sentence) this.say(answer.sentence);
  }
}
