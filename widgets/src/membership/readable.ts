// Whether somebody could read a text: at least half of it on the screen, on a page that is looked at,
// for a second without a break.

const HALF = 0.5;
const LONG_ENOUGH = 1000;
const SHOWN = { opacityProperty: true, visibilityProperty: true };

/** Calls `then` when the node was readable; what comes back stops watching. */
export function readable(node: Element, then: () => void): () => void {
  let half = false;
  let timer = 0;
  const look = (): void => {
    clearTimeout(timer);
    if (half && document.visibilityState === "visible") timer = setTimeout(enough, LONG_ENOUGH);
  };
  const enough = (): void => {
    // An observer counts what is there, also where the shop has made it transparent.
    if (node.checkVisibility(SHOWN)) then();
  };
  const eye = new IntersectionObserver(
    (changes) => {
      half = changes.at(-1)!.intersectionRatio >= HALF;
      look();
    },
    { threshold: HALF },
  );
  eye.observe(node);
  document.addEventListener("visibilitychange", look);
  return () => {
    clearTimeout(timer);
    eye.disconnect();
    document.removeEventListener("visibilitychange", look);
  };
}
