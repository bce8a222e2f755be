// Notes every pulse of a polled fragment; the watch asks for the whole page when none comes for too
// long. A fragment's request waits behind a script that hangs, while a rerun of the page gets a thread
// of its own.
const news = (globalThis.__ganlabNews ??= { at: 0, asked: 0, patience: 1 });

export default function ({ data, parentElement: root, setStateValue }) {
  root.host?.closest("[data-testid=stElementContainer]")?.style.setProperty("display", "none");
  let since = performance.now(); // no silence before, nor while the tab sleeps or is cut off
  if (!data.seconds) {
    news.at = since;
    return undefined;
  }
  const timer = setInterval(() => {
    const now = performance.now();
    const app = document.querySelector("[data-testid=stApp]");
    if (document.hidden || app?.dataset.testConnectionState !== "CONNECTED") since = now;
    if (news.at - news.asked > 1000 * data.seconds) news.patience = 1; // it has been well for long
    if (now - Math.max(since, news.at, news.asked) < 1000 * data.seconds * news.patience) return;
    news.asked = now;
    news.patience = Math.min(2 * news.patience, 16); // a busy server is asked less and less
    setStateValue("asked", Date.now());
  }, 250);
  return () => clearInterval(timer);
}
