// The shapes of `config` and `me` as docs/storefront-api.md says them; nothing is added here.

/** An amount; `text` is how the connector writes it in the answer's language. */
export interface Money {
  minor: number;
  currency: string;
  text: string;
}

/** Points and their day; `day` is how the connector writes it. */
export interface Dated {
  points: number;
  on: string;
  day: string;
}

export interface Config {
  lang: string;
  programme: {
    name: string;
    earn?: { points: number; per: Money };
    worth?: { points: number; amount: Money };
    sentence: string;
    notice?: string;
  };
  terms?: { version: number; url: string };
  account_url?: string;
  platform?: string;
  url?: string;
  texts?: Record<string, unknown>;
  faq?: Question[];
  rewards?: Offer[];
  preview?: Table | null;
}

/** What a purchase brings at least, where that is simple enough for a table. */
export interface Table {
  points: number;
  per: number;
  basis: "gross" | "net";
  rounding: "down" | "half_up" | "up";
  steps: boolean;
  except: string[];
}

/** An order that was just placed. */
export interface Placed {
  state: "coming" | "given" | "waiting" | "nothing" | "later";
  points?: number;
  sentence?: string;
}

/** Points that end soon; whoever could read it is told to `seen`. */
export interface Warning {
  id: string;
  text: string;
}

/** A reward for so many points. */
export interface Claim {
  points: number;
  value?: Money | null;
  text: string;
}

/** A reward for its fewest points, as everybody may see it. */
export interface Offer extends Claim {
  id: string;
  title: string;
}

/** A reward as a member sees it. */
export interface Reward extends Offer {
  missing: number;
  choices: Claim[];
}

export interface Voucher {
  id: string;
  code: string;
  state: "wanted" | "ready" | "revoking" | "used" | "ended";
  title: string;
  sentence: string;
  can_be_taken_back: boolean;
}

export interface Question {
  id: string;
  question: string;
  answer: string;
}

export interface Movement {
  at: string;
  day: string;
  points: number;
  direction: "in" | "out" | "none";
  pending?: boolean;
  text: string;
}

export interface Referral {
  link: string;
  share_text?: string;
  qr?: { size: number; path: string };
}

export interface Me {
  state: "member" | "not_joined" | "left" | "guest" | "nobody" | "arriving";
  sentence?: string;
  points?: { available: number; pending: number; shortfall: number; worth: Money };
  pending_next?: Dated | null;
  next_expiry?: Dated | null;
  movements?: Movement[];
  referral?: Referral | null;
  rewards?: Reward[];
  vouchers?: Voucher[];
  warnings?: Warning[];
  leaving?: string;
  notice?: string;
}
