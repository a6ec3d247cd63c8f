// <stammkunde-launcher>: one floating button, and behind it a panel with everything. Attributes, parts,
// events: README.md. Nothing personal is loaded before it is opened.

import type { Config } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, el, set } from "../shared.ts";
import { css } from "./launcher.css.ts";
import { texts } from "./launcher.texts.ts";

const INSIDE = ["balance", "redeem", "referral", "faq"];

export class Launcher extends StammkundeElement {
  override personal = false;
  protected readonly texts = texts;
  protected readonly css = css;
  #name = el("b", "name");
  #close = button("plain close", "", () => this.#panel.close());
  /** Native: it keeps the focus inside, closes with Escape and gives the focus back. */
  #panel = el("dialog", "panel", el("div", "bar", this.#name, this.#close));

  /** An open panel stays as it is: taken out of the page and put back it would not be modal any more. */
  protected override redraw(): void {
    if (!this.#panel.open) super.redraw();
  }

  protected draw({ programme }: Config): Child[] {
    const words = this.text("open", { programme: programme.name });
    const launch = button("launch", words, () => this.#open());
    set(launch, { id: "launch", "aria-haspopup": "dialog" });
    this.#name.textContent = words;
    this.#close.textContent = this.text("close");
    set(this.#panel, { "aria-label": words });
    this.#panel.onclick = ({ target }) => {
      if (target === this.#panel) this.#panel.close(); // beside it
    };
    return [launch, this.#panel];
  }

  #open(): void {
    if (!this.childElementCount) this.#fill();
    this.#panel.showModal();
    this.emit("launched");
  }

  /** They are our children, so that the loader meets them; closed, they are in no slot that is shown. */
  #fill(): void {
    const bars = el("div", "bars", el("i"), el("i"), el("i"));
    this.#panel.append(bars, el("div", "inside", el("slot")));
    this.append(...INSIDE.map((name) => el(`stammkunde-${name}` as "div")));
    void customElements.whenDefined("stammkunde-balance").then(() => bars.remove());
  }
}
