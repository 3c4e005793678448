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

  /* Swagger UI claims a second <main> and leaves scrolling texts out of the keyboard's reach. */
  function mend() {
    place.querySelectorAll("[role=main], main").forEach(function (part) {
      part.removeAttribute("role");
    });
    place.querySelectorAll(".info pre").forEach(function (text) {
      text.setAttribute("tabindex", "0");
    });
    place.querySelectorAll("h3:not(.opblock-tag), h4").forEach(function (head) {
      head.setAttribute("aria-level", "3");
      head.setAttribute("role", "heading");
    });
    place.querySelectorAll("h3.opblock-tag, .info h3, h3").forEach(function (head) {
      head.setAttribute("role", "heading");
      head.setAttribute("aria-level", "2");
    });
  }
})();
