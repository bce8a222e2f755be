/** @import { PulseMessage } from "./messages.js" */

/**
 * Notes every pulse of a polled fragment; the watch asks for the whole page when none comes for too
 * long. A fragment's request waits behind a script that hangs, while a rerun of the page gets a thread
 * of its own.
 */
const page = /** @type {{ __ganlabNews?: { at: number, asked: number, patience: number } }} */ (globalThis);
const news = (page.__ganlabNews ??= { at: 0, asked: 0, patience: 1 });

/**
 * @param {{ data: PulseMessage, parentElement: ShadowRoot, setStateValue: (name: string, value: unknown) => void }} component
 */
export default function ({ data, parentElement: root, setStateValue }) {
  /** @type {HTMLElement | null} */ (root.host?.closest("[data-testid=stElementContainer]"))?.style.setProperty("display", "none");
  let since = performance.now(); // no silence before, nor while the tab sleeps or is cut off
  const { seconds } = data;
  if (!seconds) {
    news.at = since;
    return undefined;
  }
  const timer = setInterval(() => {
    const now = performance.now();
    const app = document.querySelector("[data-testid=stApp]");
    if (document.hidden || app?.getAttribute("data-test-connection-state") !== "CONNECTED") since = now;
    if (news.at - news.asked > 1000 * seconds) news.patience = 1; // it has been well for long
    if (now - Math.max(since, news.at, news.asked) < 1000 * seconds * news.patience) return;
    news.asked = now;
    news.patience = Math.min(2 * news.patience, 16); // a busy server is asked less and less
    setStateValue("asked", Date.now());
  }, 250);
  return () => clearInterval(timer);
}
