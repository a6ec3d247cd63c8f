// <stammkunde-balance>: what do I have, from when, until when. Attributes, parts, events: README.md.

import type { Config, Dated, Me, Movement } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, disclose, el, number, set, webAddress } from "../shared.ts";
import { css } from "./balance.css.ts";
import { texts } from "./balance.texts.ts";

const SHOWN = 5;
const SIGN = { in: "+", out: "−", none: "" };

export class Balance extends StammkundeElement {
  protected readonly texts = texts;
  protected readonly css = css;
  #open = false;
  #before: number | undefined;

  protected draw(config: Config, me: Me): Child[] {
    const { points, notice = config.programme.notice } = me;
    this.#announce(points?.available);
    return [
      this.heading(0, this.text("title", { programme: config.programme.name })),
      notice && el("p", "text notice", notice),
      ...(me.state === "member" && points
        ? [
            ...this.#balance(points.available),
            ...this.#facts(me, points),
            !!me.warnings?.length && this.place("warnings"),
            this.#history(config, me, notice),
            this.place("membership"),
          ]
        : me.state === "arriving"
          ? this.#arriving()
          : this.#outside(config, me, notice)),
    ];
  }

  /** A balance that changes while somebody looks at the page is news; the first one is not. */
  #announce(available: number | undefined): void {
    const changed = this.#before !== undefined && available !== undefined;
    if (changed && available !== this.#before)
      this.say(this.text("changed", { points: this.points(available) }));
    this.#before = available;
  }

  #balance(available: number): Child[] {
    const figure = el("b", "number", number(this.language, available));
    return [el("p", "balance", figure, " ", el("span", "unit", this.unit(available)))];
  }

  #facts(me: Me, { available, pending, shortfall, worth }: NonNullable<Me["points"]>): Child[] {
    const { sentence, pending_next: next, next_expiry: expiry } = me;
    const whole = next?.points === pending ? "pendingAll" : "pendingSome";
    const facts = [
      available > 0 && this.#fact("worth", worth.text),
      pending > 0 && this.#fact("pending", this.points(pending), whole, next),
      expiry && this.#fact("expiry", this.points(expiry.points), "expiryOn", expiry),
    ];
    const owed = this.text("shortfall", { points: this.points(shortfall) });
    return [
      el("p", "text sentence", sentence),
      shortfall > 0 && el("p", "text shortfall", owed),
      facts.some(Boolean) && el("dl", "facts", ...facts),
    ];
  }

  #fact(name: string, value: string, when = "", dated?: Dated | null): Child {
    const note = dated?.day && { points: this.points(dated.points), date: dated.day };
    return value && el(
      "div",
      "fact",
      el("dt", "small", this.text(name)),
      el("dd", "value", value),
      note && el("dd", "small", this.text(when, note)),
    );
  }

  #history({ programme }: Config, { movements = [] }: Me, notice?: string): Child {
    if (!movements.length) {
      if (notice) return; // no order will bring any more
      const sentence = el("p", "text muted", programme.sentence);
      return el("div", "history", el("p", "", this.text("empty")), sentence);
    }
    const shown = this.#open ? movements : movements.slice(0, SHOWN);
    // Without its bullets a list is a list only by name to some screen readers.
    const list = set(el("ul", "", ...shown.map((movement) => this.#row(movement))), { id: "list", role: "list" });
    const more = movements.length > SHOWN && this.#more();
    return el("div", "history", this.heading(1, this.text("history")), list, more);
  }

  #row({ day, points, direction, pending, text }: Movement): Child {
    // The sentence says the figure already; the column is for the eye only.
    const figure = (SIGN[direction] ?? "") + number(this.language, points);
    const when = day + (pending ? ` · ${this.text("movementPending")}` : "");
    return el(
      "li",
      pending || direction === "none" ? "movement calm" : "movement",
      el("div", "", el("p", "", text), el("p", "small", when)),
      set(el("span", "figure", figure), { "aria-hidden": true }),
    );
  }

  #more(): Child {
    const more = button("plain", this.text(this.#open ? "less" : "more"), () => {
      this.#open = !this.#open;
      this.redraw();
    });
    more.id = "more";
    disclose(more, "list", this.#open);
    return more;
  }

  /** Somebody without points to show: what is in it, and the way in. */
  #outside({ programme, account_url }: Config, { state, sentence }: Me, notice?: string): Child[] {
    if (state !== "guest" && state !== "nobody") return [el("p", "text lead", sentence), this.place("membership")];
    const href = webAddress(account_url);
    return [
      !notice && el("p", "text lead", programme.sentence),
      href && el("p", "row", set(el("a", "primary", this.text("login")), { href })),
    ];
  }

  #arriving(): Child[] {
    const { polling } = this.page;
    const words = this.text(polling ? "arriving" : "arrivingLater");
    this.say(words);
    return [el("p", "text lead", words), polling && el("div", "dots", el("i"), el("i"), el("i"))];
  }

  protected override trouble(): Child[] {
    const retry = button("plain", this.text("retry"), () => this.page.refresh());
    retry.id = "retry";
    return [el("p", "error muted", this.text(navigator.onLine ? "error" : "offline")), retry];
  }
}
