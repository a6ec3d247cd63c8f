// What all widgets of a page share: one config, one identity, one `me`. It lives in memory only:
// no cookie, no storage. Whatever fails is tried again quietly and never thrown at the shop's page.

import type { Config, Me } from "./api.ts";
import type { Handed } from "./here.ts";

const TIMEOUT = 5000;
const RETRY_AFTER = 600;
const REFRESH_AT_MOST_EACH = 30_000;
const POLL_AFTER = [3000, 6000, 12_000, 24_000];

/** A server said something else than what was asked for; `answer` may hold its sentence. */
interface Status extends Error {
  code: number;
  answer: Response;
}

async function attempt(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) throw Object.assign(new Error(), { code: response.status, answer: response });
  return response.json();
}

/** One quiet retry, and only where the network failed: fetch says so with a TypeError. */
async function get(url: string, init: RequestInit): Promise<unknown> {
  try {
    return await attempt(url, init);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    await new Promise((done) => setTimeout(done, RETRY_AFTER));
    return attempt(url, init);
  }
}

export interface Watcher {
  personal: boolean;
  update(): void;
}

/** Where the shop proves who is asking, and its proof while that lasts. */
export interface Proof {
  identity: string | undefined;
  token: string;
  method?: string | undefined;
  /** The name of a cookie without which the shop can prove nothing. */
  known?: string | undefined;
}

/** What a shop answers where nobody is logged in, or where it knows nothing of us: Shopware's own words. */
const NOBODY = [400, 404];

const mayProve = ({ identity, known }: Proof): boolean =>
  !!identity && (!known || document.cookie.includes(`${known}=`));

type Kind = "config" | "me";

export class Page {
  config: Config | undefined;
  me: Me | undefined;
  readonly failed = new Set<Kind>();
  readonly lang: string;
  /** Where the shop proves whose an order is. */
  readonly order: string | undefined;
  /** Where the shop takes a code into the cart. */
  readonly apply: string | undefined;
  /** Where the shop says what lies in the cart. */
  readonly cart: string | undefined;
  /** True while somebody is still on the way and we ask again by ourselves. */
  polling = false;
  readonly #api: string;
  readonly #proof: Proof;
  #watchers = new Set<Watcher>();
  #running: Partial<Record<Kind, Promise<void>>> = {};
  #asked = 0;
  #polls = 0;
  #timer = 0;

  constructor({ api, config, lang, identity, method, order, known, login, apply, cart }: Handed) {
    this.#api = api;
    this.#proof = { identity, token: "", known, method };
    this.lang = lang;
    this.order = order;
    this.apply = apply;
    this.cart = cart;
    if (config?.programme?.name) this.config = config;
    // The variable is as old as the page: it saves the first question, and answers no later one.
    const nobody = !!login && login in window && !(window as unknown as Record<string, unknown>)[login];
    if (nobody || this.stranger) this.me = { state: "guest" };
    document.addEventListener("stammkunde:refresh", () => this.refresh());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#rested()) this.refresh();
    });
    // Back to a page that was kept: whoever it was drawn for may have logged out meanwhile.
    addEventListener("pageshow", ({ persisted }) => persisted && this.refresh());
    addEventListener("online", () => this.load());
  }

  /** Whether it is certain, without asking, that nobody is logged in. */
  get stranger(): boolean {
    const { state } = this.me ?? {};
    return state === "guest" || state === "nobody" || !mayProve(this.#proof);
  }

  join(watcher: Watcher): void {
    this.#watchers.add(watcher);
    watcher.update();
    // Widgets arrive one after the other: what has just failed is not asked again by each.
    if (!this.failed.size || this.#rested()) this.load();
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Ask for what is missing. Whoever asks while a request is under way shares its answer. */
  load(again = false): void {
    if (!this.config)
      this.#once("config", async () => {
        const config = (await this.ask("config")) as Config;
        if (!config.programme.name) throw new Error();
        this.config = config;
      });
    const personal = [...this.#watchers].some((watcher) => watcher.personal);
    if (personal && (again || !this.me)) this.#once("me", () => this.#look());
  }

  /** As if the page were new: the visitor may have logged in or out in another tab. */
  refresh(): void {
    if (!this.#running.me) this.#proof.token = "";
    this.load(true);
  }

  #rested(): boolean {
    return Date.now() - this.#asked >= REFRESH_AT_MOST_EACH;
  }

  #once(kind: Kind, request: () => Promise<void>): void {
    if (this.#running[kind]) return;
    this.#asked = Date.now();
    this.#running[kind] = request()
      .then(
        () => this.failed.delete(kind),
        () => this.failed.add(kind),
      )
      .then(() => {
        delete this.#running[kind];
        for (const watcher of this.#watchers) watcher.update();
      });
  }

  /** Who looks is being asked for the first time. What is drawn now would be pushed away by the answer. */
  get looking(): boolean {
    return !this.me && !!this.#running.me;
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const me = await this.#whoAmI();
      // The same answer again is no news: whoever reads or types is not disturbed by it.
      if (JSON.stringify(me) !== JSON.stringify(this.me)) this.me = me;
    } catch (error) {
      if ((error as Status).code === 401) this.me = undefined;
      throw error;
    }
    const pause = this.me!.state === "arriving" ? POLL_AFTER[this.#polls++] : (this.#polls = 0);
    this.polling = !!pause;
    if (pause) this.#timer = setTimeout(() => this.load(true), pause);
  }

  async #whoAmI(): Promise<Me> {
    const me = (await this.proven("me")) as Me | undefined;
    if (me && !me.state) throw new Error();
    return me ?? { state: "guest" };
  }

  /** Ask with the shop's proof who is looking; nothing where nobody is logged in. */
  async proven(path: string, init: RequestInit = {}, proof = this.#proof): Promise<unknown> {
    // A token lives five minutes at most: one fresh one, then we give up.
    for (let again = false; ; again = true) {
      if ((again || !proof.token) && !(await this.login(proof))) return;
      const headers = { ...init.headers, Authorization: `Bearer ${proof.token}` };
      try {
        return await this.ask(path, { ...init, headers });
      } catch (error) {
        if (again || (error as Status).code !== 401) throw error;
      }
    }
  }

  /** Ask the shop who is logged in; not where it is known that nobody is. */
  async login(proof = this.#proof): Promise<boolean> {
    if (!mayProve(proof)) return false;
    const answer = (await get(proof.identity!, {
      method: proof.method ?? "GET",
      credentials: "same-origin",
      cache: "no-store",
    }).catch((error: Status) => {
      if (!NOBODY.includes(error.code)) throw error;
      void error.answer.body?.cancel(); // unread it would keep its line busy
      return { guest: true };
    })) as { token?: unknown; guest?: unknown };
    proof.token = typeof answer.token === "string" ? answer.token : "";
    if (!proof.token && !answer.guest) throw new Error();
    return proof.token !== "";
  }

  /** Ask the connector, without the shop's cookies. */
  ask(path: string, init: RequestInit = {}): Promise<unknown> {
    return get(this.url(path), { ...init, credentials: "omit" });
  }

  /** Where the connector answers this, in the visitor's language. */
  url(kind: string): string {
    const url = new URL(kind, this.#api);
    url.searchParams.set("lang", this.lang);
    return url.href;
  }
}
