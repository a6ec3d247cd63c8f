// <stammkunde-earn>: what this purchase brings at least, for everybody. Attributes, parts, events: README.md.
// By the programme's table where there is one; else it is asked for, and only once somebody wants to know.

import type { Config } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, el, set } from "../shared.ts";
import { css } from "./earn.css.ts";
import { texts } from "./earn.texts.ts";
import { json } from "../post.ts";
import { type Purchase, brings } from "./table.ts";

const SETTLED_AFTER = 300;

export class Earn extends StammkundeElement {
  static readonly observedAttributes = ["product", "gross", "net", "currency", "quantity"];
  override personal = false;
  protected readonly texts = texts;
  protected readonly css = css;
  /** Somebody wanted to know: what is chosen next is asked for by itself. */
  #wanted = false;
  /** What was answered for what is chosen now; null while the answer is on its way. */
  #answer: number | null | undefined;
  #failed = false;
  #timer = 0;
  #said: string | undefined;

  attributeChangedCallback(): void {
    if (!this.shadowRoot) return;
    this.#answer = this.#wanted ? null : undefined;
    this.#failed = false;
    this.redraw();
    if (this.#wanted) this.#later();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#answer === null) this.#later();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected draw(config: Config): Child[] {
    const { programme, preview } = config;
    const bought = this.#bought();
    const foreign = this.getAttribute("currency") !== programme.earn?.per.currency;
    if (!bought || foreign || programme.notice) return [];
    if (preview) return this.#sentence(brings(preview, bought));
    if (Number.isNaN(bought.gross + bought.net)) return [];
    if (!this.#wanted || this.#failed) return this.#question();
    return this.#answer === null ? [this.#line("wait", this.text("wait"))] : this.#sentence(this.#answer, "none");
  }

  /** What the shop's page says is chosen; nothing while it does not say it whole. */
  #bought(): Purchase | undefined {
    const [gross, net, quantity] = ["gross", "net", "quantity"].map((name) => {
      const said = this.getAttribute(name) ?? (name === "quantity" ? "1" : "");
      return /^\d+$/.test(said) ? Number(said) : NaN;
    }) as [number, number, number];
    const product = this.getAttribute("product");
    return product && quantity ? { product, gross, net, quantity } : undefined;
  }

  #sentence(points: number | undefined, nothing = ""): Child[] {
    const words = points ? this.text("brings", { points: this.points(points) }) : nothing && this.text(nothing);
    // What changes while somebody chooses is news; what the page came with is not.
    if (this.#said !== undefined && this.#said !== words) this.say(words);
    this.#said = words;
    return words ? [this.#line("", words)] : [];
  }

  #line(how: string, words: string): Child {
    return set(el("p", `earn ${how}`.trim(), words), { id: "earn", tabindex: -1 });
  }

  #question(): Child[] {
    const ask = button("quiet", this.text("ask"), () => this.#want());
    ask.id = "ask";
    return [this.#failed && el("p", "problem", this.text("error")), ask];
  }

  #want(): void {
    this.#wanted = true;
    this.#failed = false;
    this.#answer = null;
    this.#said = "";
    this.redraw();
    this.shadowRoot!.getElementById("earn")?.focus();
    void this.#ask();
  }

  /** Who turns a number up by five wants one answer. */
  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), SETTLED_AFTER);
  }

  async #ask(): Promise<void> {
    const line = this.#bought();
    if (!line || this.page.config?.preview) return;
    const wanted = JSON.stringify(line);
    let answer: number | undefined;
    try {
      ({ points: answer } = (await this.page.ask("preview", json({ lines: [line] }))) as { points?: number });
    } catch {
      // Said below, as is an answer that is none.
    }
    // Something else was chosen meanwhile: its own answer is on the way.
    if (wanted !== JSON.stringify(this.#bought())) return;
    const looked = this.shadowRoot!.activeElement;
    this.#failed = !Number.isSafeInteger(answer);
    this.#answer = answer;
    this.redraw();
    if (!this.#failed) return;
    this.say(this.text("error"));
    if (looked) this.shadowRoot!.getElementById("ask")?.focus();
  }
}
