// A place to drop or choose one file, which is sent at once with its progress. See file_drop.py.

import { createElement as h, useEffect, useId, useRef, useState } from "react";
import { useNavigate } from "react-router";

const FAILED = "The file was not sent. Look after the connection and try again.";

function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function reasonOf(request) {
  try {
    const { detail } = JSON.parse(request.responseText);
    if (typeof detail === "string") return detail;
  } catch {
    // Not an answer of the program; the sentence below says all there is to say.
  }
  return request.status === 413 ? "The file is too large." : FAILED;
}

export function FileDrop({ action, fields, accept, destination, answerKey, working, children }) {
  const [sending, setSending] = useState(null);
  const [refusal, setRefusal] = useState("");
  const [isOver, setIsOver] = useState(false);
  const request = useRef(null);
  const navigate = useNavigate();
  const id = useId();
  const titleId = `${id}-title`;

  useEffect(() => () => request.current?.abort(), []);

  const send = (file) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields ?? {})) body.append(name, value);
    body.append("file", file);
    const sent = new XMLHttpRequest();
    request.current = sent;
    sent.open("POST", action);
    sent.setRequestHeader("Accept", "application/json");
    sent.upload.onprogress = ({ loaded, total }) =>
      setSending({ name: file.name, size: file.size, percent: total ? Math.floor((100 * loaded) / total) : 0 });
    sent.onerror = () => {
      setSending(null);
      setRefusal(FAILED);
    };
    sent.onload = () => {
      request.current = null;
      if (sent.status < 200 || sent.status > 299) {
        setSending(null);
        setRefusal(reasonOf(sent));
        return;
      }
      setSending(null);
      navigate(destination.replace("{id}", JSON.parse(sent.responseText)[answerKey]));
    };
    setRefusal("");
    setSending({ name: file.name, size: file.size, percent: 0 });
    sent.send(body);
  };
  const choose = (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) send(file);
  };
  const drop = (event) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !sending) send(file);
  };
  const cancel = () => {
    request.current?.abort();
    request.current = null;
    setSending(null);
  };

  if (sending) {
    const isSent = sending.percent >= 100;
    const detail = isSent ? working : `${sending.percent}% of ${sizeOf(sending.size)} sent`;
    return h(
      "div",
      { className: "file-drop", "data-busy": "true", role: "status" },
      h("p", { id: titleId, className: "file-drop-title" }, sending.name),
      h("p", { className: "file-drop-detail" }, detail),
      h("progress", { max: 100, value: isSent ? undefined : sending.percent, "aria-labelledby": titleId }),
      h("button", { type: "button", className: "file-drop-act", onClick: cancel }, "Cancel"),
    );
  }
  return h(
    "div",
    null,
    h(
      "label",
      {
        className: "file-drop",
        "data-over": isOver,
        onDragOver: (event) => {
          event.preventDefault();
          setIsOver(true);
        },
        onDragLeave: () => setIsOver(false),
        onDrop: drop,
      },
      h("input", {
        type: "file",
        className: "visually-hidden",
        accept,
        onChange: choose,
        onKeyDown: (event) => event.key === "Enter" && event.currentTarget.click(),
        "aria-label": "Choose a file",
      }),
      children,
      h("span", { className: "file-drop-act", "aria-hidden": "true" }, "Choose a file"),
    ),
    refusal ? h("p", { className: "file-drop-refusal", role: "alert" }, h("strong", null, "The file was not taken."), " ", refusal) : null,
  );
}
