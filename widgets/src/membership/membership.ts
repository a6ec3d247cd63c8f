// <stammkunde-membership>, inside the balance: joining in one tap, leaving in two, coming back.
// Attributes, parts, events: README.md.

import type { Config, Me } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, button, disclose, el, set, webAddress } from "../shared.ts";
import { css } from "./membership.css.ts";
import { texts } from "./membership.texts.ts";
import { json } from "../post.ts";

const DECLINED = 409;
const LOOK_AGAIN = 2000;

export class Membership extends StammkundeElement {
  protected readonly texts = texts;
  protected readonly css = css;
  /** The question whether to leave is open. */
  #asking = false;
  #busy = false;
  #news = "";
  #problem = "";
  /** What the connector said we are now; until `me` says it too there is nothing to press. */
  #becoming: Me["state"] | undefined;
  #state: Me["state"] | undefined;

  protected draw(config: Config, me: Me): Child[] {
    if (me.state !== this.#state) this.#turned(me.state);
    return [
      this.#news && set(el("p", "text news", this.#news), { id: "news", tabindex: -1 }),
      this.#problem && el("p", "text problem", this.#problem),
      ...(this.#becoming
        ? []
        : me.state === "member"
          ? this.#member(me)
          : me.state === "not_joined" || me.state === "left"
            ? this.#outside(config, me)
            : []),
    ].filter(Boolean);
  }

  /** What was said before is about somebody else, but for the news that brought us here. */
  #turned(state: Me["state"]): void {
    if (state !== this.#becoming) this.#news = "";
    this.#state = state;
    this.#becoming = undefined;
    this.#problem = "";
    this.#asking = false;
  }

  // ---------------------------------------------------------------- joining

  #outside({ programme, terms }: Config, { state }: Me): Child[] {
    const href = webAddress(terms?.url);
    // Nobody can agree to what cannot be read, or join what is ending.
    if (!terms || !href || programme.notice) return [];
    const { worth } = programme;
    const join = this.#button("primary", "join", () => this.#join(terms.version));
    return [
      state === "left"
        ? !this.#news && el("p", "text muted", this.text("comeBack"))
        : worth && el("p", "text muted", this.text("advantage", {
            points: this.points(worth.points),
            money: worth.amount.text,
          })),
      this.#agree(href),
      el("p", "row", join),
    ];
  }

  /** The sentence with the link in its place; a merchant who left the place out gets it at the end. */
  #agree(href: string): Child {
    const [before = "", after] = this.text("agree").split("{terms}");
    const link = el("a", "link", this.text("terms"), el("span", "sr", ` ${this.text("newTab")}`));
    set(link, { id: "terms", href, target: "_blank", rel: "noopener" });
    return el("p", "small terms", before, after === undefined && " ", link, after);
  }

  #join(version: number): Promise<void> {
    return this.#once(async () => {
      const joined = (await this.#post("join", { terms_version: version })) as { back?: unknown };
      this.#become("member", joined.back ? "back" : "joined");
    }, () => this.#changed(version));
  }

  /** Other terms may be in force than those that were shown: then they are shown, and asked about again. */
  async #changed(version: number): Promise<string> {
    const answer = await fetch(this.page.url("config"), { credentials: "omit", cache: "no-cache" });
    const config = (await answer.json()) as Config;
    if (!config.programme.name || config.terms?.version === version) return "error";
    this.page.config = config;
    return "changed";
  }

  // ---------------------------------------------------------------- leaving

  #member({ leaving }: Me): Child[] {
    if (!leaving) return [];
    const leave = this.#button("quiet", "leave", () => this.#ask(!this.#asking));
    disclose(leave, "question", this.#asking);
    return [el("p", "", leave), this.#asking && this.#question(leaving)];
  }

  #question(leaving: string): Child {
    const lost = set(el("p", "", leaving), { id: "lost" });
    const stay = this.#button("plain", "stay", () => this.#ask(false));
    const sure = this.#button("plain", "sure", () => this.#leave());
    for (const each of [stay, sure]) set(each, { "aria-describedby": "lost" });
    const question = set(el("div", "confirm", lost, el("p", "row", stay, sure)), { id: "question" });
    question.onkeydown = ({ key }) => {
      if (key === "Escape") this.#ask(false);
    };
    return question;
  }

  /** The question takes the focus, to the answer that changes nothing, and gives it back. */
  #ask(open: boolean): void {
    this.#asking = open;
    this.#news = this.#problem = "";
    this.redraw();
    this.#focus(open ? "stay" : "leave");
  }

  #leave(): Promise<void> {
    return this.#once(async () => {
      await this.#post("leave", { sure: true });
      this.#asking = false;
      this.#become("left", "gone");
    });
  }

  // ---------------------------------------------------------------- both

  #button(name: string, key: string, press: () => unknown): HTMLButtonElement {
    const made = button(name, this.text(key), press as () => void);
    made.id = key;
    return made;
  }

  async #post(path: string, body: object): Promise<unknown> {
    const answer = (await this.page.proven(path, json(body))) as { state?: unknown } | undefined;
    if (!answer?.state) throw new Error();
    return answer;
  }

  #become(state: Me["state"], news: string): void {
    this.#becoming = state;
    this.#news = this.text(news);
    this.redraw();
    this.#focus("news");
    // A look that was under way before does not know it yet.
    setTimeout(() => this.#becoming && this.page.load(true), LOOK_AGAIN);
  }

  /** One thing at a time; what fails is shown and said, and `me` is looked at again. */
  async #once(act: () => Promise<void>, declined?: () => Promise<string>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#news = this.#problem = "";
    try {
      await act();
    } catch (error) {
      const no = (error as { code?: number }).code === DECLINED && declined;
      this.#problem = this.text((no && (await no().catch(() => ""))) || "error");
      this.say(this.#problem);
      this.redraw();
    }
    this.#busy = false;
    this.page.load(true);
  }

  #focus(id: string): void {
    this.shadowRoot!.getElementById(id)?.focus();
  }
}
