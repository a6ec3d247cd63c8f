// The one base class of all widgets: it draws what the page knows, words it in the visitor's
// language, tells the shop what happened, and shows nothing rather than an error.

import type { Config, Me } from "./api.ts";
import { baseCss } from "./base.css.ts";
import { type Child, el, set, there } from "./dom.ts";
import { number } from "./format.ts";
import { page } from "./here.ts";
import type { Watcher } from "./page.ts";

/** The one kind of stylesheet that a strict Content-Security-Policy needs no exception for. */
function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

const base = sheet(baseCss);

export type Texts = Record<"de" | "en", Record<string, string>>;

export abstract class StammkundeElement extends HTMLElement implements Watcher {
  /** Whether the widget needs to know who looks at it. */
  personal = true;
  protected readonly page = page;
  protected abstract readonly texts: Texts;
  protected abstract readonly css: string;
  #name = this.localName.slice("stammkunde-".length);
  #card = el("div", "card");
  #live = set(el("p", "sr"), { role: "status" });
  #drawn: unknown[] = [];
  #ready = false;

  connectedCallback(): void {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [base, sheet(this.css)];
      root.append(this.#card, this.#live);
    }
    page.join(this);
  }

  disconnectedCallback(): void {
    page.leave(this);
  }

  /** Draw again if there is something new. */
  update(): void {
    const { config, me, failed, polling, looking } = page;
    const own = this.personal ? [me, polling, failed.has("me"), navigator.onLine] : [];
    const news = [config, failed.has("config"), looking, ...own];
    if (news.some((part, at) => part !== this.#drawn[at])) this.redraw();
    this.#drawn = news;
  }

  /** The focus stays where it was: it is given back to the node with the same id. */
  protected redraw(): void {
    const root = this.shadowRoot!;
    const focused = root.activeElement?.id;
    let nodes: Child[] = [];
    try {
      nodes = this.#now();
    } catch {
      // An answer we do not understand: the shop's page must not notice.
    }
    this.#card.lang = this.#live.lang = this.language;
    this.toggleAttribute("empty", !nodes.length);
    // For a second it is only room: what others draw above may push it, and nobody sees it jump.
    this.toggleAttribute("late", !this.#ready);
    this.#card.replaceChildren(...there(nodes));
    if (focused) root.getElementById(focused)?.focus();
  }

  #now(): Child[] {
    const { config, me, failed, looking } = page;
    const lost = failed.has("config");
    if (!config || looking || (this.personal && !me)) {
      if (config && failed.has("me")) return this.trouble();
      return lost ? [] : [el("div", "skeleton", el("i"), el("i"), el("i"))];
    }
    const nodes = this.draw(config, me ?? { state: "nobody" });
    if (!this.#ready) this.emit("ready", this.personal ? { state: me?.state } : {});
    this.#ready = true;
    return nodes;
  }

  /** What the widget shows; nothing is an answer too. */
  protected abstract draw(config: Config, me: Me): Child[];

  /** What it shows when we could not find out who looks at it. */
  protected trouble(): Child[] {
    return [];
  }

  protected heading(step: number, ...children: Child[]): HTMLHeadingElement {
    const first = Number(this.getAttribute("heading-level")) || 2;
    return el(`h${Math.min(first + step, 6)}` as "h2", "title", ...children);
  }

  /** Where an element of another file stands. It is our child, so that the loader meets it and its focus stays. */
  protected place(name: string): Child {
    const tag = `stammkunde-${name}`;
    if (!this.querySelector(tag)) this.append(set(el(tag as "div"), { slot: name }));
    return set(el("slot"), { name });
  }

  protected get language(): "de" | "en" {
    return (page.config?.lang ?? page.lang) === "de" ? "de" : "en";
  }

  /** A text with its {places} filled; what the merchant wrote wins. */
  protected text(key: string, values: Record<string, string> = {}): string {
    const own = page.config?.texts?.[`${this.#name}.${key}`];
    const text = typeof own === "string" ? own : this.texts[this.language][key]!;
    return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
  }

  protected points(count: number): string {
    return `${number(this.language, count)} ${this.unit(count)}`;
  }

  protected unit(count: number): string {
    return this.text(count === 1 ? "point" : "points");
  }

  /** Say something to a screen reader without moving the focus. */
  protected say(text: string): void {
    // The same words again are only news with a different space behind them.
    this.#live.textContent = this.#live.textContent === text ? `${text}\u00a0` : text;
  }

  /** Tell the shop's page what happened; never who or how much. */
  protected emit(name: string, more: object = {}): void {
    const detail = { widget: this.#name, ...more };
    const init = { bubbles: true, composed: true, detail };
    this.dispatchEvent(new CustomEvent(`stammkunde:${name}`, init));
  }
}
