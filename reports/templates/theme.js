// Before anything is drawn: the chosen theme, or the one that the reader's system asks for.
(function () {
  "use strict";
  var root = document.documentElement, asked = matchMedia("(prefers-color-scheme: dark)"), chosen = null;
  try { chosen = localStorage.getItem("miv-theme"); } catch (error) { chosen = null; }
  function show(theme) { root.dataset.theme = theme; root.dataset.bsTheme = theme; }
  function follow() { if (!chosen) { show(asked.matches ? "dark" : "light"); } }
  root.classList.add("js");
  if (chosen) { show(chosen); }
  follow();
  asked.addEventListener("change", follow);
  window.mivChoose = function (theme) {
    chosen = theme;
    show(theme);
    try { localStorage.setItem("miv-theme", theme); } catch (error) { chosen = theme; }
  };
})();
