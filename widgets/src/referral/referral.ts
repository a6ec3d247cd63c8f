// <stammkunde-referral>: the personal link to copy, share or show. Attributes, parts, events: README.md.

import type { Config, Me, Referral as Link } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, disclose, el, set, webAddress } from "../shared.ts";
import { css } from "./referral.css.ts";
import { texts } from "./referral.texts.ts";

const COPIED_FOR = 2500;
const QUIET_ZONE = 4; // what scanners need around a QR code, in its own units

export class Referral extends StammkundeElement {
  protected readonly texts = texts;
  protected readonly css = css;
  #open = false;

  protected draw(_: Config, { referral }: Me): Child[] {
    const link = webAddress(referral?.link);
    if (!referral || !link) return [];
    const field = set(el("input", "field"), { id: "link", readonly: "", value: link });
    field.onfocus = () => field.select();
    const code = this.#code(referral);
    return [
      this.heading(0, this.text("title")),
      el("p", "text muted", this.text("text")),
      set(el("label", "small", this.text("label")), { for: "link" }),
      field,
      el("p", "row", this.#copy(field), this.#share(referral, link), code && this.#toggle(code)),
      code,
    ];
  }

  #copy(field: HTMLInputElement): Child {
    const label = this.text("copy");
    const copy = button("primary", label, async () => {
      const done = await copied(field);
      const words = this.text(done ? "copied" : "marked");
      this.say(words);
      if (!done) return field.focus();
      copy.focus();
      copy.textContent = words;
      copy.classList.add("copied");
      setTimeout(() => {
        copy.textContent = label;
        copy.classList.remove("copied");
      }, COPIED_FOR);
      this.emit("copied");
    });
    copy.id = "copy";
    return copy;
  }

  /** Where the browser has a way to share, it knows better than we whom with. */
  #share({ share_text: text = "" }: Link, url: string): Child {
    const send = (): void => {
      navigator.share({ text, url }).then(
        () => this.emit("shared"),
        () => 0, // changed their mind
      );
    };
    return !!navigator.share && button("plain", this.text("share"), send);
  }

  #toggle(code: Element): Child {
    const show = (): void => {
      disclose(toggle, "code", this.#open);
      code.toggleAttribute("hidden", !this.#open);
    };
    const toggle = button("plain", this.text("qr"), () => {
      this.#open = !this.#open;
      show();
    });
    toggle.id = "toggle";
    show();
    return toggle;
  }

  #code({ qr }: Link): Element | undefined {
    if (!qr || !(qr.size > 0) || !/^M[\d\s.,MmHhVvLlZz-]+$/.test(qr.path)) return undefined;
    const side = qr.size + 2 * QUIET_ZONE;
    const box = `${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`;
    const code = svg("svg", { id: "code", part: "qr", viewBox: box, role: "img" });
    code.ariaLabel = this.text("qrName");
    code.append(
      svg("path", { d: `M${-QUIET_ZONE} ${-QUIET_ZONE}h${side}v${side}h-${side}z`, fill: "#fff" }),
      svg("path", { d: qr.path, "shape-rendering": "crispEdges" }),
    );
    return code;
  }
}

const svg = (tag: string, attributes: Record<string, string>): Element =>
  set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);

/** By the clipboard where the page may use it, else by the selection. */
async function copied(field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
