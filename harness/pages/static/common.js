"use strict";
// On every page: the theme, copying, and opening what a link names.
document.documentElement.classList.add("js");

const say = (text) => {
  document.getElementById("said").textContent = text;
};

const themes = {
  read() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // A page from a file may have no storage.
    }
  },
  set(theme) {
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // The theme then lasts as long as the page.
    }
  },
};

if (themes.read()) {
  document.documentElement.dataset.theme = themes.read();
}
document.getElementById("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme
    || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  themes.set(now === "dark" ? "light" : "dark");
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const code = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(code.textContent);
    say("Copied.");
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  } catch {
    // Without the right to write to the clipboard the text is selected instead.
    getSelection().selectAllChildren(code);
    say("Selected: copy it with the keyboard.");
  }
});

const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", openTarget);
openTarget();
