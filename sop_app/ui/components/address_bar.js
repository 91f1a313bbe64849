// Keeps the browser's address in step with what a page shows, and Back with what its person chose. See address_bar.py.

import { useEffect } from "react";
import { useLocation } from "react-router";

// Outlives the component, which is drawn anew when the page is: the place the browser came to, whether the page has
// begun to load what that place asks for, and whether it has said since what it shows.
const arrival = { place: null, hasBegun: true, hasWritten: false };

/** Tell whether only the words searched for were typed on: such steps are not worth one press of Back each. */
function isTypedOn(before, after) {
  const [old, now] = [before, after].map((query) => new URLSearchParams(query));
  if (!old.get("find") || !now.get("find")) return false;
  old.set("find", now.get("find"));
  old.sort();
  now.sort();
  return old.toString() === now.toString();
}

function write(address, isStep) {
  const { history, location } = window;
  const query = address.slice(location.pathname.length);
  if (!isStep || isTypedOn(location.search, query)) history.replaceState(history.state, "", address + location.hash);
  else history.pushState({ ...history.state, idx: (history.state?.idx ?? 0) + 1 }, "", address);
}

export function AddressBar({ address, isSettled, keepsSteps }) {
  const place = useLocation();
  useEffect(() => {
    // Until the page begins to load, and while it does, the address still says where it was before.
    if (arrival.place !== place && !place.hash) arrival.hasBegun = arrival.place === null;
    arrival.place = place;
    if (!isSettled) Object.assign(arrival, { hasBegun: true, hasWritten: false });
    if (!isSettled || !arrival.hasBegun || !address) return;
    const here = window.location;
    if (address.split("?")[0] !== here.pathname.replace(/\/$/, "")) return;
    if (address !== here.pathname + here.search) write(address, keepsSteps && arrival.hasWritten);
    arrival.hasWritten = true;
  }, [address, place, isSettled]);
  return null;
}
