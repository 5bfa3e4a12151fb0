// The preview's page: menu on small screens, current section in the contents, search.
(function () {
  "use strict";
  var main = document.querySelector("main");
  var sidebar = document.getElementById("miv-sidebar");

  function menu() {
    var made = document.querySelector(".menu");
    function set(shown) {
      sidebar.classList.toggle("shown", shown);
      made.setAttribute("aria-expanded", String(shown));
    }
    made.addEventListener("click", function () { set(!sidebar.classList.contains("shown")); });
    sidebar.addEventListener("click", function (event) { if (event.target.closest("a")) { set(false); } });
    addEventListener("keydown", function (event) {
      if (event.key === "Escape" && sidebar.classList.contains("shown")) { set(false); made.focus(); }
    });
  }

  // Contents: links to this page's headings; the one being read is marked, its chapter is open.
  function page(link) { return link.pathname.endsWith("/") ? link.pathname + "index.html" : link.pathname; }

  function contents() {
    var links = Array.from(sidebar.querySelectorAll(".toc a"));
    var own = links.filter(function (link) { return page(link) === page(location); });
    function mark(link) {
      links.forEach(function (each) { each.removeAttribute("aria-current"); });
      sidebar.querySelectorAll("li.open").forEach(function (item) { item.classList.remove("open"); });
      if (!link) { return; }
      link.setAttribute("aria-current", "true");
      for (var item = link.closest("li"); item; item = item.parentElement.closest("li")) { item.classList.add("open"); }
      var box = link.getBoundingClientRect(), frame = sidebar.getBoundingClientRect();
      if (getComputedStyle(sidebar).position === "sticky" && (box.top < frame.top || box.bottom > frame.bottom)) {
        sidebar.scrollTop += box.top - frame.top - frame.height / 3;
      }
    }
    var marked, pairs = own.map(function (link) {
      return [link, link.hash ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : document.querySelector(".title")];
    }).filter(function (pair) { return pair[1]; });
    function look() {
      var last = own[0];
      pairs.forEach(function (pair) { if (pair[1].getBoundingClientRect().top < innerHeight / 3) { last = pair[0]; } });
      if (last !== marked) { marked = last; mark(last); }
    }
    var busy = false;
    addEventListener("scroll", function () {
      if (!busy) { busy = true; requestAnimationFrame(function () { busy = false; look(); }); }
    }, { passive: true });
    look();
  }

  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }

  // What can be found: headings with the text below them, figures and tables with their captions.
  function ownSections() {
    var found = [], current = null;
    main.querySelectorAll("h1, h2[id], h3[id], .miv-figure, .miv-table, .quarto-float[id], p, li, th, td").forEach(function (element) {
      if (element.closest(".miv-pager, .miv-links, .page-end") || element.querySelector("p, li")) { return; }
      var box = element.closest(".miv-figure, .miv-table, .quarto-float[id]");
      if (element === box) {
        var image = box.querySelector("img"), caption = box.querySelector("figcaption");
        found.push({ u: "#" + box.id, t: caption ? caption.textContent : box.id, x: image ? image.alt : box.querySelector("table").textContent });
      } else if (/^H/.test(element.tagName)) {
        current = { u: "#" + (element.id || "inhoud"), t: element.textContent, x: "" };
        found.push(current);
      } else if (current && !box) { current.x += " " + element.textContent; }
    });
    return found;
  }

  function sections(done) {
    var file = sidebar.querySelector(".search").dataset.index;
    if (!file || window.mivSections) { done(window.mivSections || (window.mivSections = ownSections())); return; }
    var script = document.createElement("script");
    script.src = file;
    script.onload = function () { done(window.mivSections); };
    document.head.append(script);
  }

  function snippet(text, word) {
    var clean = text.replace(/\s+/g, " ").trim(), place = Math.max(0, plain(clean).indexOf(word) - 40);
    return (place ? "…" : "") + clean.slice(place, place + 120) + (clean.length > place + 120 ? "…" : "");
  }

  function hits(all, words) {
    return all.map(function (one) {
      var title = plain(one.t), text = title + " " + plain(one.x);
      var every = words.every(function (word) { return text.indexOf(word) >= 0; });
      return { one: one, score: !every ? 0 : words.every(function (word) { return title.indexOf(word) >= 0; }) ? 2 : 1 };
    }).filter(function (hit) { return hit.score; }).sort(function (a, b) { return b.score - a.score; });
  }

  function search() {
    var form = sidebar.querySelector(".search"), input = form.querySelector("input");
    var list = form.querySelector("ol"), told = form.querySelector("p");
    function show() {
      var words = plain(input.value).split(/\s+/).filter(function (word) { return word.length > 1; });
      list.replaceChildren();
      if (!words.length) { told.textContent = ""; return; }
      sections(function (all) {
        var found = hits(all, words);
        told.textContent = found.length ? found.length + (found.length === 1 ? " plek gevonden" : " plekken gevonden") + (found.length > 12 ? ", de eerste 12 staan hier" : "") : "Niets gevonden. Probeer een ander of korter woord.";
        list.replaceChildren.apply(list, found.slice(0, 12).map(function (hit) { return entry(hit.one, words); }));
      });
    }
    var waiting;
    input.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(show, 120); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      show();
      var first = list.querySelector("a");
      if (first) { first.focus(); }
    });
    form.addEventListener("keydown", function (event) {
      var links = Array.from(list.querySelectorAll("a")), at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { input.value = ""; show(); input.focus(); }
      if (event.key === "ArrowDown" && links[at + 1]) { links[at + 1].focus(); event.preventDefault(); }
      if (event.key === "ArrowUp" && at >= 0) { (links[at - 1] || input).focus(); event.preventDefault(); }
    });
  }

  function entry(one, words) {
    var item = document.createElement("li"), link = document.createElement("a");
    var title = document.createElement("strong"), text = document.createElement("span"), parts = one.u.split("#");
    title.textContent = one.t;
    text.textContent = snippet(one.x, words[0]);
    link.href = parts[0] + (parts[0] ? "?zoek=" + encodeURIComponent(words.join(" ")) : "") + "#" + (parts[1] || "");
    link.append(title, text);
    link.addEventListener("click", function () { if (!parts[0]) { setTimeout(function () { mark(parts[1], words); }, 0); } });
    item.append(link);
    return item;
  }

  // Marks the words below the heading that a search led to.
  function mark(id, words) {
    document.querySelectorAll("main mark").forEach(function (old) { old.replaceWith(old.textContent); });
    var start = document.getElementById(id) || main, seen = 0;
    start.tabIndex = -1;
    start.focus({ preventScroll: true });
    var walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), nodes = [];
    while (walker.nextNode()) {
      var node = walker.currentNode, after = start.contains(node) || start.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (after && seen < 40) { nodes.push(node); seen += words.some(function (word) { return plain(node.data).indexOf(word) >= 0; }) ? 1 : 0; }
    }
    nodes.forEach(function (node) {
      words.forEach(function (word) {
        var at = plain(node.data).indexOf(word);
        if (at < 0 || plain(node.data).length !== node.data.length) { return; }
        var range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        range.surroundContents(document.createElement("mark"));
      });
    });
  }

  menu();
  contents();
  search();
  var sought = new URLSearchParams(location.search).get("zoek");
  if (sought) { mark(decodeURIComponent(location.hash.slice(1)), plain(sought).split(/\s+/)); }
})();
