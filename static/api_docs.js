/* The readable API document, from the document this exchange serves. */
(function () {
  "use strict";
  var place = document.getElementById("api");
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    validatorUrl: null,
    onComplete: mend,
  });

  /* Swagger UI skips levels of headings and leaves scrolling texts out of the keyboard's reach. */
  function mend() {
    place.querySelectorAll("header").forEach(function (part) {
      part.setAttribute("role", "group");
    });
    place.querySelectorAll(".information-container, .scheme-container").forEach(function (part, at) {
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", "OpenAPI " + (at + 1));
    });
    place.querySelectorAll(".info pre").forEach(function (text) {
      text.setAttribute("tabindex", "0");
    });
    place.querySelectorAll("h3, h4").forEach(function (head) {
      head.setAttribute("role", "heading");
      head.setAttribute("aria-level", head.tagName === "H3" ? "2" : "3");
    });
  }
})();
