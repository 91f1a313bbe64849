// Keeps the browser's address in step with what a page shows. See address_bar.py.

import { useEffect } from "react";
import { useLocation } from "react-router";

export function AddressBar({ address }) {
  const { key } = useLocation();
  useEffect(() => {
    const here = window.location;
    const [path] = address.split("?");
    if (!address || path !== here.pathname.replace(/\/$/, "") || address === here.pathname + here.search) return;
    window.history.replaceState(window.history.state, "", address + here.hash);
  }, [address, key]);
  return null;
}
