// Keys that work on every page, the search box, and the few acts of the shell that need no server. See hotkeys.py.

import { useEffect } from "react";
import { useNavigate } from "react-router";

const root = typeof document === "undefined" ? null : document.documentElement;

function isShown(node) {
  return !node.disabled && node.getClientRects().length > 0;
}

/** Find the control that answers to keys; one that is hidden or off does not. */
function controlFor(keys) {
  return keys && [...document.querySelectorAll(`[data-hotkey="${CSS.escape(keys)}"]`)].find(isShown);
}

function press(control) {
  if (control?.matches("input")) control.focus();
  else control?.click();
}

/** Turn keys into presses. "G" leads a second key; in fields and the grid only Ctrl and Esc count. */
function keyListener() {
  let lead = "";
  return (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase();
    const withCtrl = event.ctrlKey || event.metaKey;
    const isTyping = event.target.closest?.("input, textarea, select, canvas, [contenteditable=true]");
    if (isTyping && !withCtrl && key !== "escape") return;
    const control = controlFor(lead && `${lead} ${key}`) || controlFor(withCtrl ? `ctrl+${key}` : key);
    lead = !withCtrl && !lead && key === "g" ? key : "";
    if (!control) return;
    event.preventDefault();
    press(control);
  };
}

const SHELL_ACTS = {
  sidebar() {
    root.dataset.sidebar = root.dataset.sidebar === "rail" ? "" : "rail";
    localStorage.setItem("sidebar", root.dataset.sidebar);
  },
  menu() {
    root.dataset.menu = root.dataset.menu === "open" ? "" : "open";
  },
  skip() {
    document.getElementById("page").focus();
  },
};

function onClick(event) {
  const node = event.target.closest?.("[data-shell], [data-presses], [data-submits], [data-copy]");
  if (node?.dataset.shell !== "menu") root.dataset.menu = "";
  if (!node) return;
  const { shell, presses, submits, copy } = node.dataset;
  SHELL_ACTS[shell]?.();
  if (presses) press(controlFor(presses));
  if (submits) document.getElementById(submits)?.requestSubmit();
  if (copy) navigator.clipboard?.writeText(copy);
}

/** The search box: names of pages, what the server found, and "Find customers with ..." for what was typed. */
const search = {
  boxOf: (event) => event.target.closest?.("[data-search]"),
  linksOf: (box) => [...box.querySelectorAll(".nav-item")].filter((link) => !link.hidden),
  filter(box, text) {
    const words = text.trim();
    for (const link of box.querySelectorAll(".nav-item")) {
      const said = link.querySelector("[data-words]");
      link.hidden = said || "found" in link.dataset ? !words : !link.textContent.toLowerCase().includes(words.toLowerCase());
      if (said) said.textContent = words;
    }
    box.querySelector("[data-nothing]").hidden = search.linksOf(box).length > 0;
  },
  leave(box) {
    box.querySelector("input").value = "";
    search.filter(box, "");
    document.activeElement.blur();
  },
  onInput(event) {
    const box = search.boxOf(event);
    if (box && event.target.tagName === "INPUT") search.filter(box, event.target.value);
  },
  onKey(event) {
    const box = search.boxOf(event);
    if (!box) return;
    const stops = [box.querySelector("input"), ...search.linksOf(box)];
    const at = stops.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) stops[(at + step + stops.length) % stops.length].focus();
    else if (event.key === "Enter" && at === 0) stops[1]?.click();
    else if (event.key === "Escape") search.leave(box);
    else return;
    event.preventDefault();
  },
  clickListener: (navigate) => (event) => {
    const link = event.target.closest?.("[data-search] .nav-item");
    if (!link) return;
    const words = link.querySelector("[data-words]")?.textContent;
    if (words) navigate(`${link.dataset.finds}?find=${encodeURIComponent(words)}`);
    search.leave(search.boxOf(event));
  },
};

const FLOATS = "[role=dialog], [role=alertdialog], [role=menu]";

/** Give the focus back to what opened a dialog, also when no button of the dialog did. */
function keepOpener() {
  let opener = null;
  const onFocus = ({ target }) => {
    if (!target.closest(FLOATS)) opener = target;
  };
  const observer = new MutationObserver((changes) => {
    const closed = changes.some(({ removedNodes }) => [...removedNodes].some((node) => node.querySelector?.(FLOATS) || node.matches?.(FLOATS)));
    if (closed && document.activeElement === document.body && opener?.isConnected) opener.focus();
  });
  document.addEventListener("focusin", onFocus);
  observer.observe(document.body, { childList: true });
  return () => {
    document.removeEventListener("focusin", onFocus);
    observer.disconnect();
  };
}

export function Hotkeys() {
  const navigate = useNavigate();
  useEffect(() => {
    root.dataset.sidebar = localStorage.getItem("sidebar") || "";
    const listeners = [
      ["keydown", search.onKey],
      ["keydown", keyListener()],
      ["click", search.clickListener(navigate)],
      ["click", onClick],
      ["input", search.onInput],
    ];
    listeners.forEach(([name, listener]) => document.addEventListener(name, listener));
    const forget = keepOpener();
    return () => {
      listeners.forEach(([name, listener]) => document.removeEventListener(name, listener));
      forget();
    };
  }, []);
  return null;
}
