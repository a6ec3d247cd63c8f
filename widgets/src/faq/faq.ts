// <stammkunde-faq>: the programme's questions, to search and open. Attributes, parts, events: README.md.

import type { Config, Question } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, disclose, el, number, set } from "../shared.ts";
import { css } from "./faq.css.ts";
import { texts } from "./faq.texts.ts";
import { matches } from "./search.ts";

interface Entry {
  id: string;
  words: string;
  node: HTMLElement;
  press: HTMLButtonElement;
  open(yes: boolean): void;
}

export class Faq extends StammkundeElement {
  override personal = false;
  protected readonly texts = texts;
  protected readonly css = css;
  #entries: Entry[] = [];
  #none = el("p", "none");

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#follow);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#follow);
  }

  protected draw({ faq = [] }: Config): Child[] {
    this.#entries = faq.map((question, n) => this.#entry(question, `answer-${n}`));
    if (!faq.length) return [];
    const field = set(el("input", "field"), { id: "search", type: "search", autocomplete: "off" });
    field.oninput = () => this.#filter(field.value.trim());
    const list = el("div", "list", ...this.#entries.map(({ node }) => node));
    list.onkeydown = (event) => this.#walk(event);
    this.#none.hidden = true;
    requestAnimationFrame(this.#follow);
    return [
      this.heading(0, this.text("title")),
      set(el("label", "small", this.text("search")), { for: "search" }),
      field,
      this.#none,
      list,
      !this.page.stranger && this.place("ask"),
    ];
  }

  #filter(typed: string): void {
    for (const { node, words } of this.#entries) node.hidden = !matches(words, typed);
    const found = this.#seen().length;
    const none = (this.#none.textContent = this.text("none"));
    this.#none.hidden = found > 0;
    const n = number(this.language, found);
    this.say(found ? this.text(found === 1 ? "foundOne" : "found", { n }) : none);
  }

  #seen(): Entry[] {
    return this.#entries.filter(({ node }) => !node.hidden);
  }

  #entry({ id, question, answer }: Question, name: string): Entry {
    const press = button("question", question, () => open(panel.hidden));
    const panel = el("div", "answer", ...answer.split(/\n\s*\n/).map((text) => el("p", "", text.trim())));
    const open = (yes: boolean): void => {
      disclose(press, name, yes);
      panel.hidden = !yes;
      if (yes) this.emit("opened", { id });
    };
    panel.id = name;
    open(false);
    const node = el("div", "entry", this.heading(1, press), panel);
    return { id, words: `${question}\n${answer}`, node, press, open };
  }

  /** Arrows, Home and End move between the questions that are to be seen. */
  #walk(event: KeyboardEvent): void {
    const buttons = this.#seen().map(({ press }) => press);
    const at = buttons.indexOf(this.shadowRoot!.activeElement as HTMLButtonElement);
    const last = buttons.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(last, to))]!.focus();
  }

  /** A link to #faq-<id> opens its answer. */
  #follow = (): void => {
    const linked = this.#entries.find(({ id }) => location.hash === `#${encodeURI(`faq-${id}`)}`);
    linked?.open(true);
    linked?.press.scrollIntoView({ block: "center" });
    linked?.press.focus();
  };
}
