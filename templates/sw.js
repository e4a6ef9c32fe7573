// Keeps pages once seen, to be read without a network. The network is asked first, always: a copy
// is shown only where it gives no answer, and says its date. Only what is public is kept.
const VERSION = "{{ version }}"; // of the site: each publish is a new worker, which browsers notice
const PAGES = "pages-1"; // what a copy is; caches of any other name are removed
const FILES = "files-1";
const OFFLINE = "/offline/";
const NEVER = [{% for path in never %}"{{ path }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

const isPage = (url) => url.origin === location.origin && !NEVER.some((path) => url.pathname.startsWith(path));

// A page for everybody: one that knows its reader is not public, or varies by cookie.
const isPublic = (response) =>
  response.status === 200 &&
  response.type === "basic" &&
  !response.redirected &&
  /^text\/html/.test(response.headers.get("Content-Type")) &&
  /\bpublic\b/.test(response.headers.get("Cache-Control")) &&
  !/cookie|\*/i.test(response.headers.get("Vary"));

const trim = async (cache, most) => {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
};

// Keep a page as the newest one, and the styles and pictures that it names.
const keep = async (address, response) => {
  const text = await response.text();
  const headers = new Headers(response.headers);
  // The browser's own cache may answer for the network for some minutes: the date is the server's.
  headers.set("X-Saved-At", new Date(headers.get("Date") ?? Date.now()).toISOString());
  headers.set("X-Saved-Version", VERSION);
  const pages = await caches.open(PAGES);
  await pages.delete(address);
  await pages.put(address, new Response(text, { headers }));
  await trim(pages, {{ most_pages }});
  const files = await caches.open(FILES);
  const names = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((match) => match[1]));
  await Promise.all([...names].map(async (name) => (await files.match(name)) ?? files.add(name).catch(() => {})));
  await trim(files, {{ most_files }});
};

const keepFromNetwork = async (address) => {
  const response = await fetch(address);
  if (isPublic(response)) await keep(address, response);
};

const inWords = (copy) =>
  new Date(copy.headers.get("X-Saved-At")).toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" });

const copyOf = async (address) => {
  const copy = await (await caches.open(PAGES)).match(address);
  if (!copy) return undefined;
  const changed = copy.headers.get("X-Saved-Version") === VERSION ? "" : "{% translate "保存之后,本站内容有过更新。" %}";
  const note =
    `<aside class="offline-note" aria-label="{% translate "离线副本" %}">{% translate "没有连上网络。这是离线副本,保存于" %}` +
    ` <time datetime="${copy.headers.get("X-Saved-At")}">${inWords(copy)}</time>{% translate "。" %}${changed}</aside>`;
  const text = (await copy.text()).replace(/<body[^>]*>/, (tag) => tag + note);
  return new Response(text, { headers: copy.headers });
};

// The page that lists what is kept, newest first.
const withList = async (page) => {
  const pages = await caches.open(PAGES);
  const lines = [];
  for (const key of (await pages.keys()).reverse()) {
    const url = new URL(key.url);
    const copy = await pages.match(key);
    const title = /<title>([^<]*)/.exec(await copy.text())?.[1].split(" - ")[0];
    const address = (url.pathname + url.search).replaceAll("&", "&amp;");
    if (url.pathname !== OFFLINE)
      lines.push(`<li><a href="${address}">${title}</a><div class="meta">${inWords(copy)}</div></li>`);
  }
  const text = await page.text();
  const list = lines.length ? text.replace(/(<ul[^>]*data-kept[^>]*>)[^]*?(?=<\/ul>)/, (_, tag) => tag + lines.join("")) : text;
  return new Response(list, { headers: page.headers });
};

const offline = async () => {
  const page = await (await caches.open(PAGES)).match(OFFLINE);
  return page ? withList(page) : Response.error();
};

const answer = async (event, url) => {
  url.hash = "";
  let response;
  try {
    response = await fetch(event.request);
  } catch {
    return (url.pathname !== OFFLINE && (await copyOf(url.href))) || offline();
  }
  if (response.status >= 500) return (await copyOf(url.href)) ?? response;
  if (isPublic(response)) {
    event.waitUntil(keep(url.href, response.clone()));
    return url.pathname === OFFLINE ? withList(response) : response;
  }
  // Withdrawn or gone: what the site no longer says is not kept either.
  if (response.status === 404 || response.status === 410)
    event.waitUntil(caches.open(PAGES).then((pages) => pages.delete(url.href)));
  return response;
};

const file = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await (await caches.open(FILES)).match(request);
    if (copy) return copy;
    throw error;
  }
};

self.addEventListener("install", (event) => {
  self.skipWaiting(); // no page waits for an old worker to go
  event.waitUntil(keepFromNetwork(OFFLINE).catch(() => {}));
});

self.addEventListener("activate", (event) => {
  const work = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => ![PAGES, FILES].includes(name)).map((name) => caches.delete(name)));
    await self.clients.claim();
    // The page that was open before there was a worker is one that was seen.
    const pages = await caches.open(PAGES);
    for (const client of await self.clients.matchAll({ type: "window" })) {
      const url = new URL(client.url);
      url.hash = "";
      if (isPage(url) && !(await pages.match(url.href))) await keepFromNetwork(url.href).catch(() => {});
    }
  };
  event.waitUntil(work());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && isPage(url)) event.respondWith(answer(event, url).catch(() => fetch(request)));
});
