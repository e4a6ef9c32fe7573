// <qingdao-guide measure="…"> or <qingdao-guide domain="…">, with lang, theme, color, height and label.
// A frame of the portal's own page: nothing of it runs here, and nothing is read from this page.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const LOOKS = ["lang", "theme", "color"];

  class QingdaoGuide extends HTMLElement {
    static observedAttributes = ["measure", "domain", "height", "label", ...LOOKS];

    connectedCallback() {
      this.frame = document.createElement("iframe");
      this.frame.loading = "lazy";
      this.frame.style.cssText = "border:0;width:100%";
      this.frame.referrerPolicy = "no-referrer";
      this.show();
      this.replaceChildren(this.frame); // in place of the link that readers without scripts have
    }

    attributeChangedCallback() {
      if (this.frame) this.show();
    }

    show() {
      const kind = this.hasAttribute("measure") ? "measure" : "domain";
      const url = new URL(`/embed/${kind}s/${encodeURIComponent(this.getAttribute(kind) ?? "")}/`, origin);
      for (const name of LOOKS) {
        if (this.hasAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      }
      this.frame.title = this.getAttribute("label") ?? "青岛都市圈同城生活指南";
      this.frame.height = this.getAttribute("height") ?? (kind === "measure" ? 420 : 600);
      if (this.frame.src !== url.href) this.frame.src = url.href;
    }
  }

  customElements.define("qingdao-guide", QingdaoGuide);
})();
