// <stammkunde-warnings>, inside the balance: which points end soon, in the connector's words. What could
// really be read is told to the connector, once a page: nothing ends that nobody was warned of.

import type { Config, Me, Warning } from "../api.ts";
import type { Child } from "../dom.ts";
import { StammkundeElement, el } from "../shared.ts";
import { css } from "./membership.css.ts";
import { json } from "../post.ts";
import { readable } from "./readable.ts";

const TOGETHER = 100;
/** What this page has told, in whatever widget it was read; what was not heard is told by the next page. */
const told = new Set<string>();

export class Warnings extends StammkundeElement {
  protected readonly texts = { de: {}, en: {} };
  protected readonly css = css;
  #watched: (() => void)[] = [];
  #read: string[] = [];

  protected draw(_config: Config, { state, warnings = [] }: Me): Child[] {
    return state === "member" ? worded(warnings).map(({ text }) => el("p", "warning", text)) : [];
  }

  protected override redraw(): void {
    super.redraw();
    this.#stop();
    const shown = worded(this.page.me?.warnings ?? []);
    const nodes = this.shadowRoot!.querySelectorAll(".warning");
    nodes.forEach((node, at) => this.#watch(node, shown[at]!));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  #watch(node: Element, { id }: Warning): void {
    if (!told.has(id)) this.#watched.push(readable(node, () => this.#saw(id)));
  }

  #stop(): void {
    for (const stop of this.#watched.splice(0)) stop();
  }

  /** Those that are read at the same time go together. */
  #saw(id: string): void {
    if (told.has(id)) return;
    told.add(id);
    if (this.#read.push(id) === 1) setTimeout(() => void this.#tell(), TOGETHER);
  }

  async #tell(): Promise<void> {
    const read = json({ warnings: this.#read.splice(0) });
    // Whoever leaves the page has read it all the same; and a failure is nothing to show.
    await this.page.proven("seen", { ...read, keepalive: true }).catch(() => {});
  }
}

const worded = (warnings: Warning[]): Warning[] => warnings.filter(({ text }) => text);
