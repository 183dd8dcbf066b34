// What was typed and is not saved yet: kept on this device for that person, draft and version, until the server said it is saved.
// Each window keeps its own, so that two windows with one draft do not overwrite each other.
(() => {
  "use strict";
  const who = document.body.dataset.who ?? "";
  const windowId = sessionStorage.getItem("editor window") ?? Math.random().toString(36).slice(2);
  sessionStorage.setItem("editor window", windowId);

  // report: called after each try to keep, with the error where the device would not
  const keeper = (area, report) => {
    const start = `editor ${who} ${area.dataset.draft ?? location.pathname} `;
    let own = ""; // the key under which this window keeps it now
    const forget = () => { if (own) localStorage.removeItem(own); };
    const keep = (text) => {
      const version = area.dataset.version ?? "", key = `${start}${version} ${windowId}`;
      try {
        localStorage.setItem(key, JSON.stringify({ text, version, at: Date.now() }));
        if (key !== own) forget();
        own = key;
        report(null);
      } catch (error) {
        report(error);
      }
    };
    // the newest that differs from what is saved: {text, version, at}; from then on it is this window's. null where there is none
    const left = () => {
      const found = Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));
      for (const one of found) if (one.text === area.value) localStorage.removeItem(one.key);
      const newest = found.filter(({ text }) => text !== area.value).sort((one, other) => other.at - one.at)[0] ?? null;
      own = newest?.key ?? "";
      return newest;
    };
    return { keep, forget, left };
  };
  Object.assign(window.editing, { keeper });
})();
