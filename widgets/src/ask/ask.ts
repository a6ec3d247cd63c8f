// <stammkunde-ask>, inside the questions: a customer asks the shop. Attributes, parts, events: README.md.
// Nobody is asked who is looking before somebody presses the button.

import type { Config } from "../api.ts";
import { declined } from "../declined.ts";
import type { Child } from "../dom.ts";
import { json } from "../post.ts";
import { StammkundeElement, button, disclose, el, number, set, webAddress } from "../shared.ts";
import { css } from "./ask.css.ts";
import { texts } from "./ask.texts.ts";

const SHORTEST = 10;
const LONGEST = 1000;

export class Ask extends StammkundeElement {
  override personal = false;
  protected readonly texts = texts;
  protected readonly css = css;
  #open = false;
  #busy = false;
  /** Whether the shop said, when it was asked, that nobody is logged in. */
  #guest = false;
  #problem = "";
  #news = "";
  #drawnFor = false;
  /** Kept through every drawing, with what was typed. */
  #field = set(el("textarea", "field"), { id: "question", maxlength: LONGEST, "aria-describedby": "count problem" });
  #count = set(el("p", "small count"), { id: "count" });

  override update(): void {
    super.update();
    // Another widget of the page has learnt that nobody is logged in.
    if (this.page.stranger !== this.#drawnFor) this.redraw();
  }

  protected draw(config: Config): Child[] {
    this.#drawnFor = this.page.stranger;
    if (this.#drawnFor && !this.#guest) return [];
    const open = button("plain", this.text("open"), () => this.#toggle());
    open.id = "open";
    disclose(open, "form", this.#open);
    return [
      this.#news && set(el("p", "text news", this.#news), { id: "news", tabindex: -1 }),
      open,
      ...(!this.#open ? [] : this.#guest ? this.#way(config) : [this.#form()]),
    ];
  }

  #way({ account_url }: Config): Child[] {
    const href = webAddress(account_url);
    const login = href && set(el("a", "primary", this.text("login")), { href });
    const words = set(el("p", "text guest", this.text("guest")), { id: "form", tabindex: -1 });
    return [words, login && el("p", "row", login)];
  }

  #form(): Child {
    const field = this.#field;
    const problem = set(el("p", "problem", this.#problem), { id: "problem" });
    problem.hidden = !this.#problem;
    set(field, { "aria-invalid": !!this.#problem });
    field.oninput = () => this.#left();
    this.#left();
    const send = button("primary", this.text("send"), () => void this.#send());
    send.id = "send";
    const label = set(el("label", "small", this.text("label")), { for: "question" });
    return set(el("form", "", label, field, this.#count, problem, el("p", "row", send)), { id: "form" });
  }

  #left(): void {
    this.#count.textContent = this.text("left", { n: number(this.language, LONGEST - this.#field.value.length) });
  }

  async #toggle(): Promise<void> {
    if (this.#busy) return;
    this.#news = this.#problem = "";
    if (this.#open) return this.#now(false, "open");
    this.#busy = true;
    try {
      this.#guest = !(await this.page.login());
      this.#now(true, this.#guest ? "form" : "question");
    } catch {
      this.#tell(this.text("error"));
    }
    this.#busy = false;
  }

  #now(open: boolean, focus: string): void {
    this.#open = open;
    this.redraw();
    this.shadowRoot!.getElementById(focus)?.focus();
  }

  async #send(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const question = this.#field.value.trim();
    const problem = question.length < SHORTEST ? this.text("short") : await this.#post(question);
    this.#busy = false;
    this.#problem = problem;
    if (!problem) {
      this.emit("asked");
      return this.#tell(this.text("asked"));
    }
    this.say(problem);
    this.#now(true, this.#guest ? "form" : "question");
  }

  /** Nothing where it arrived, else the sentence why not. */
  async #post(question: string): Promise<string> {
    try {
      const answer = (await this.page.proven("ask", json({ question }))) as { asked?: boolean } | undefined;
      this.#guest = !answer;
      if (answer?.asked) this.#field.value = "";
      return answer?.asked ? "" : this.text(answer ? "error" : "guest");
    } catch (error) {
      return (await declined(error)) || this.text("error");
    }
  }

  /** The form closes and what happened stands in its place. */
  #tell(news: string): void {
    this.#news = news;
    this.#now(false, "news");
  }
}
