// Opened from a folder, a page may not fetch Quarto's index of the search: it is there as a script too.
(function () {
  "use strict";
  if (location.protocol !== "file:") { return; }
  var fetched = window.fetch;
  window.fetch = function (address) {
    if (!String(address).endsWith("search.json")) { return fetched.apply(window, arguments); }
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = String(address).replace(/search[.]json/, "search.js");
      script.onload = function () { resolve(new Response(JSON.stringify(window.quartoSearch))); };
      script.onerror = reject;
      document.head.append(script);
    });
  };
})();
