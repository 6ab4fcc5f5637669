"use strict";
// Bytes that read as text: a string, or {"base64": "..."}; and how they are shown.

const bytesOf = (value) => {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (value && typeof value.base64 === "string") {
    return Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
  }
  return new Uint8Array();
};

// Every byte visible: one character for each of its own, \xNN for what is not UTF-8.
const visible = (bytes) => {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    let character;
    try {
      character = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + length));
    } catch {
      text += `\\x${first.toString(16).padStart(2, "0")}`;
      at += 1;
      continue;
    }
    at += length;
    text += shownCharacter(character);
  }
  return text;
};

const shownCharacter = (character) => {
  const code = character.codePointAt(0);
  if (character === " ") return "·";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  if (/[\p{C}\p{M}\p{White_Space}]/u.test(character)) return `\\u{${code.toString(16)}}`;
  return character;
};

// The two sides of a difference: what both begin with, what differs, what both end with.
const alignedSides = (difference, before, behind) => {
  const [expected, actual] = [bytesOf(difference.expected), bytesOf(difference.actual)];
  const { offset, column } = difference;
  let start = Array.from(visible(expected.subarray(offset + 1 - column, offset)));
  if (start.length > before) start = ["…", ...start.slice(start.length - before)];
  const rest = (bytes) => {
    const end = bytes.indexOf(10, offset);
    const shown = Array.from(visible(bytes.subarray(offset, end < 0 ? bytes.length : end + 1)));
    return shown.length > behind ? [...shown.slice(0, behind), "…"] : shown;
  };
  const [left, right] = [rest(expected), rest(actual)];
  let common = 0;
  while (common < Math.min(left.length, right.length)
    && left[left.length - 1 - common] === right[right.length - 1 - common]) {
    common += 1;
  }
  return {
    start: start.join(""),
    expected: left.slice(0, left.length - common).join(""),
    actual: right.slice(0, right.length - common).join(""),
    end: left.slice(left.length - common).join(""),
  };
};

// The request within a question or an answer, a line for each header.
const requestIn = (message) => {
  const request = ((message.calls || message.answers || [])[0] || message).request;
  if (!request) return "";
  const text = (value) => visible(bytesOf(value));
  const lines = [`${text(request.method)} ${text(request.target)}`];
  for (const [name, value] of request.headers || []) lines.push(`${text(name)}: ${text(value)}`);
  const body = text(request.body);
  if (body) lines.push("", body);
  const all = Array.from(lines.join("\n"));
  return all.length > 600 ? `${all.slice(0, 600).join("")}…` : all.join("");
};
