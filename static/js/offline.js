// Let /sw.js keep pages once seen. Where it cannot, the site works as before.
navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
