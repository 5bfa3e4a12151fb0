// In both renderers: the button of the theme, tables that scroll, text to copy.
(function () {
  "use strict";
  var root = document.documentElement;

  function button(label) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "miv-button";
    made.textContent = label;
    return made;
  }

  function themeButton() {
    var place = document.querySelector(".miv-theme, .quarto-navbar-tools");
    if (!place) { return; }
    var made = button("");
    made.classList.add("miv-toggle");
    function name() { made.textContent = root.dataset.theme === "dark" ? "Licht" : "Donker"; made.setAttribute("aria-label", made.textContent + ": kies de weergave"); }
    made.addEventListener("click", function () { window.mivChoose(root.dataset.theme === "dark" ? "light" : "dark"); name(); });
    new MutationObserver(name).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
    name();
    place.append(made);
  }

  // A table can be reached with the keyboard where, and only where, it is wider than the page.
  function scrollers() {
    document.querySelectorAll("figure.quarto-float-tbl > div").forEach(function (box) { box.classList.add("miv-scroll"); });
    document.querySelectorAll(".miv-scroll").forEach(function (box) {
      var wide = box.scrollWidth > box.clientWidth + 1;
      ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      if (!wide) { return; }
      var caption = box.closest("figure") && box.closest("figure").querySelector("figcaption");
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Tabel om opzij te schuiven: " + (caption ? caption.textContent.trim() : "zonder bijschrift"));
    });
  }

  function label(selector, name) {
    document.querySelectorAll(selector).forEach(function (element) {
      if (!element.hasAttribute("aria-label")) { element.setAttribute("aria-label", name); }
    });
  }

  // What Quarto's page lacks: a way past the menus, names for a screen reader, and a mark on the first page.
  function quartoPage() {
    var main = document.getElementById("quarto-document-content");
    if (!main) { return; }
    var link = document.createElement("a");
    link.className = "skip";
    link.href = "#quarto-document-content";
    link.textContent = "Naar de inhoud";
    main.tabIndex = -1;
    document.body.prepend(link);
    label(".navbar", "Rapport");
    label(".quarto-secondary-nav", "Menu");
    label("#quarto-sidebar", "Hoofdstukken");
    label(".page-navigation", "Vorige en volgende");
    function searchNames() {
      label(".aa-Autocomplete", "Zoeken");
      label(".aa-DetachedSearchButton", "Zoeken");
      label(".aa-Input", "Zoek in dit rapport");
      label(".aa-List", "Gevonden");
      var box = document.getElementById("quarto-search-results"), list = document.querySelector(".aa-List");
      if (box && !box.hasAttribute("role")) { box.setAttribute("role", "region"); box.setAttribute("aria-label", "Zoekresultaten"); }
      document.querySelectorAll(".aa-Autocomplete").forEach(function (field) { field.setAttribute("aria-controls", list ? list.id : "quarto-search-results"); });
    }
    searchNames();
    new MutationObserver(searchNames).observe(document.body, { childList: true, subtree: true });
    document.body.classList.toggle("miv-first", Boolean(document.querySelector(".miv-cards, .miv-shown, p.subtitle")));
  }

  function copiers() {
    if (!navigator.clipboard) { return; }
    document.querySelectorAll(".miv-cite").forEach(function (box) {
      var made = button("Kopieer"), text = box.textContent.trim();
      made.addEventListener("click", function () {
        navigator.clipboard.writeText(text).then(function () { made.textContent = "Gekopieerd"; });
      });
      box.append(made);
    });
  }

  function start() {
    quartoPage();
    themeButton();
    scrollers();
    copiers();
    var waiting;
    addEventListener("resize", function () { clearTimeout(waiting); waiting = setTimeout(scrollers, 150); });
  }
  if (document.readyState === "loading") { addEventListener("DOMContentLoaded", start); } else { start(); }
})();
