// Shows what the address of an entry page says. See entry_frame.py.

import { useEffect } from "react";
import { useLocation } from "react-router";

function readAddress() {
  const query = new URLSearchParams(window.location.search);
  document.querySelectorAll("[data-when]").forEach((node) => {
    const [key, value] = node.dataset.when.split("=");
    node.hidden = query.get(key) !== value;
  });
  document.querySelectorAll("input[data-from]").forEach((field) => {
    field.value = query.get(field.dataset.from) || "";
  });
  const onClick = (event) => {
    const eye = event.target.closest?.("[data-reveals]");
    const field = eye && document.getElementById(eye.dataset.reveals);
    if (!field) return;
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", shown);
    field.focus();
  };
  document.addEventListener("click", onClick);
  return () => document.removeEventListener("click", onClick);
}

export function AddressReader() {
  const place = useLocation();
  useEffect(readAddress, [place]);
  return null;
}
