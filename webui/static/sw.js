// The shell kept on the tablet, so that pages open quickly and a lost network is told kindly. Kept: files named by their content, and
// one page that is the same for everybody. Never kept: a page of anybody's, for the tablet is shared. Writes go past, untouched.
"use strict";
const { version, files, offline } = SHELL; // written in front of this file by pages/install.py
const KEPT = `shell-${version}`;

addEventListener("install", (event) => event.waitUntil((async () => {
  const kept = await caches.open(KEPT);
  await kept.addAll([...files, new Request(offline, { cache: "reload" })]); // files come from the browser's cache: the page has just asked for them
  await skipWaiting(); // safe at once: a page and its files carry the same version in their addresses
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await registration.navigationPreload?.enable(); // the page is asked for while the worker still starts
  await clients.claim();
})()));

const keptOne = async (address) => (await caches.open(KEPT)).match(address, { ignoreVary: true });
const page = async (event) => {
  try {
    const answer = await event.preloadResponse ?? await fetch(event.request);
    if (![502, 504].includes(answer.status)) return answer; // those are of something between us and the server
  } catch {
    // the network is away: told below
  }
  return await keptOne(offline) ?? Response.error();
};

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const address = url.slice(location.origin.length);
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (files.includes(address)) event.respondWith(keptOne(address).then((found) => found ?? fetch(event.request)));
});
