/* What HTML alone can not do: keys, times that tell their zone, forms that clear themselves. */
"use strict";
(() => {
  const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");
  let isGoing = false;

  const go = (key) => {
    const link = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (link) location.assign(link.href);
  };

  const press = {
    "/": () => document.querySelector("[data-find]")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    g: () => {
      isGoing = true;
      setTimeout(() => { isGoing = false; }, 1500);
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      document.querySelectorAll("details.who[open]").forEach((one) => one.removeAttribute("open"));
      if (isTyping(event.target)) event.target.blur();
      return;
    }
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (isGoing) {
      isGoing = false;
      go(event.key);
    } else if (document.querySelector(`[data-press="${CSS.escape(event.key)}"]`)) {
      event.preventDefault();
      document.querySelector(`[data-press="${CSS.escape(event.key)}"]`).click();
    } else if (press[event.key]) {
      event.preventDefault();
      press[event.key]();
    }
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.who[open]").forEach((one) => {
      if (!one.contains(event.target)) one.removeAttribute("open");
    });
    const fill = event.target.closest("[data-fill]");
    if (fill) {
      const field = fill.form.elements.text;
      field.value = fill.dataset.fill;
      fill.form.requestSubmit();
    }
    if (event.target.closest("[data-back]") && history.length > 1) {
      event.preventDefault();
      history.back();
    }
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard?.writeText(document.querySelector(copy.dataset.copy).textContent.trim());
      copy.textContent = "Copied";
    }
  });

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.ask;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("form[data-clear]");
    if (form && event.detail.ctx.response.status < 400) form.reset();
  });

  /* A part that could not be renewed says so; what is shown stays. */
  let hiding;
  const toast = (text) => {
    const place = document.getElementById("toast");
    if (!place) return;
    place.textContent = text;
    place.hidden = false;
    clearTimeout(hiding);
    hiding = setTimeout(() => { place.hidden = true; }, 8000);
  };
  document.addEventListener("htmx:response:error", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.ctx.text || "", "text/html");
    toast(answer.querySelector("main [role=alert]")?.textContent || "That did not work. Load the page again.");
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx) toast("The server does not answer.");
  });

  /* A file is read here and posted as text: the server takes no uploads. */
  document.addEventListener("change", async (event) => {
    const into = event.target.dataset?.into;
    if (!into || !event.target.files.length) return;
    document.querySelector(into).value = await event.target.files[0].text();
  });

  /* Newest texts are at the bottom of a handset, and of nothing else. */
  const scroll = () => document.querySelectorAll("[data-bottom]").forEach((one) => {
    one.scrollTop = one.scrollHeight;
  });
  new MutationObserver(scroll).observe(document.body, { childList: true, subtree: true });
  scroll();
  document.querySelector(".side [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
})();
