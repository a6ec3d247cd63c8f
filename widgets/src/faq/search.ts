// Finding a question as people type it: "für", "fuer" and "fur" are the same word.

const UMLAUTS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

const bare = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "");

/** Both ways to write a word without its dots. */
function spellings(text: string): [string, string] {
  const low = text.normalize("NFC").toLowerCase();
  const spelt = low.replace(/[äöüß]/g, (letter) => UMLAUTS[letter]!);
  return [bare(spelt), bare(low.replace(/ß/g, "ss"))];
}

/** Whether every word that was typed is in the text. */
export function matches(text: string, typed: string): boolean {
  const [spelt, dotless] = spellings(text);
  return typed
    .split(/\s+/)
    .map(spellings)
    .every(([one, other]) => spelt.includes(one) || dotless.includes(other));
}
