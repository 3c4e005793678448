/* What the pages do beyond HTML: every page reads and every form works without it. */
(function () {
  "use strict";

  /* A form is sent once; a second tap waits. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit]").forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("button[aria-disabled]").forEach(function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  });

  /* Full-width digits and the Chinese full stop become what the server reads. */
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches("input[inputmode=decimal], input[inputmode=numeric]")) return;
    input.value = input.value
      .replace(/[０-９]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xfee0); })
      .replace(/[．。]/g, ".")
      .replace(/[，,\s]/g, "");
  });

  /* A price typed in one unit is told in the other: data-beside="element id", data-times="2". */
  document.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.dataset || !input.dataset.beside) return;
    var told = document.getElementById(input.dataset.beside);
    var value = Number(input.value) * Number(input.dataset.times);
    if (told) told.textContent = input.value && isFinite(value)
      ? "= " + value.toFixed(2) + " " + (input.dataset.word || "") : "";
  });

  /* A chosen day in words, since a browser may write it in the order of another country. */
  document.addEventListener("input", function (event) {
    var input = event.target;
    var told = input.type === "date" && input.id &&
      document.querySelector("output.plain-day[for='" + input.id + "']");
    if (!told) return;
    var day = input.valueAsDate;
    var parts = { year: "numeric", month: "long", day: "numeric", weekday: "short", timeZone: "UTC" };
    told.textContent = day ? day.toLocaleDateString(document.documentElement.lang, parts) : "";
  });

  /* The table twin as columns of numbers; an empty cell is a gap. */
  function columnsOf(table) {
    var columns = {};
    table.querySelectorAll("thead th[data-series]").forEach(function (head) {
      columns[head.dataset.series] = { at: head.cellIndex, word: head.textContent.trim() };
    });
    var read = {};
    Object.keys(columns).forEach(function (name) {
      read[name] = [];
    });
    table.querySelectorAll("tbody tr").forEach(function (row) {
      Object.keys(columns).forEach(function (name) {
        var cell = row.cells[columns[name].at];
        var raw = cell ? cell.dataset.raw : undefined;
        if (name === "day" || name === "mark") {
          read[name].push(raw || "");
        } else {
          read[name].push(raw === undefined || raw === "" ? null : Number(raw));
        }
      });
    });
    if (read.day && read.day.length > 1 && read.day[0] > read.day[read.day.length - 1]) {
      Object.keys(read).forEach(function (name) { read[name].reverse(); });
    }
    return read;
  }

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  window.goldfruit = { columnsOf: columnsOf, token: token };

  var loading = {};
  function load(address, kind) {
    if (!loading[address]) {
      loading[address] = new Promise(function (done, failed) {
        var made = document.createElement(kind);
        if (kind === "script") made.src = address;
        else { made.rel = "stylesheet"; made.href = address; }
        made.onload = done;
        made.onerror = failed;
        document.head.appendChild(made);
      });
    }
    return loading[address];
  }

  function shortDay(seconds) {
    var day = new Date(seconds * 1000);
    return (day.getUTCMonth() + 1) + "-" + String(day.getUTCDate()).padStart(2, "0");
  }

  /* One gold line, its band in light gold, volume in grey below, last value at the line's end. */
  function draw(figure, whole) {
    var data = {};
    Object.keys(whole).forEach(function (name) {
      data[name] = whole[name].slice(-Number(figure.dataset.last || 0));
    });
    var ink = figure.querySelector(".chart-ink");
    var days = data.day.map(function (day) { return Date.parse(day + "T00:00:00Z") / 1000; });
    var banded = data.low && data.high;
    var gold = token("--gold");
    var soft = token("--ink-soft");
    var font = Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75) +
      "px " + getComputedStyle(document.body).fontFamily;
    var series = [{}];
    var rows = [days];
    var bands = [];
    if (data.volume) {
      series.push({
        scale: "v", width: 0, fill: "#b9b1a1", points: { show: false },
        paths: window.uPlot.paths.bars({ size: [0.6, 14] }),
      });
      rows.push(data.volume);
    }
    if (banded) {
      bands.push({ series: [series.length, series.length + 1], fill: token("--gold-pale") });
      series.push({ width: 0, points: { show: false } }, { width: 0, points: { show: false } });
      rows.push(data.high, data.low);
    }
    series.push({
      stroke: gold, width: 2, spanGaps: false, points: { show: days.length < 40, size: 4, fill: gold },
    });
    rows.push(data.value);
    figure.dataset.drawn = "1";
    var pixels = window.devicePixelRatio || 1;
    function lastValue(plot) {
      var at = data.value.length - 1;
      while (at >= 0 && data.value[at] === null) at -= 1;
      if (at < 0) return;
      var x = plot.valToPos(days[at], "x", true);
      var y = plot.valToPos(data.value[at], "y", true);
      var pen = plot.ctx;
      pen.save();
      pen.fillStyle = gold;
      pen.beginPath();
      pen.arc(x, y, 3.5 * pixels, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = token("--ink");
      pen.font = "700 " + font.replace(/^(\d+)/, function (size) { return Math.round(size * pixels * 1.15); });
      pen.textAlign = "left";
      pen.textBaseline = "middle";
      pen.fillText(figure.dataset.lastText || data.value[at].toFixed(2), x + 8 * pixels, y);
      pen.restore();
    }
    var axis = { stroke: soft, font: font, ticks: { show: false }, grid: { stroke: token("--hairline"), width: 1 } };
    function size() {
      return { width: ink.clientWidth, height: ink.clientHeight };
    }
    var plot = new window.uPlot({
      width: size().width,
      height: size().height,
      padding: [12, parseFloat(font) * 5.6, 0, 0],
      tzDate: function (seconds) { return window.uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"); },
      cursor: { show: false },
      legend: { show: false },
      scales: {
        y: { range: function (u, low, high) {
          if (low === null) return [0, 1];
          var room = (high - low || Math.abs(high) || 1) * 0.12;
          return [low - room - (data.volume ? (high - low) * 0.35 : 0), high + room];
        } },
        v: { range: function (u, low, high) { return [0, (high || 1) * 4.5]; } },
      },
      axes: [
        Object.assign({}, axis, {
          grid: { show: false }, space: 64, size: parseFloat(font) * 2.4,
          values: function (u, splits) { return splits.map(shortDay); },
          incrs: [86400, 7 * 86400, 14 * 86400, 30 * 86400, 91 * 86400, 182 * 86400, 365 * 86400],
        }),
        Object.assign({}, axis, { size: parseFloat(font) * 4.2 }),
      ],
      series: series,
      bands: bands,
      hooks: { draw: [lastValue] },
    }, rows, ink);
    new ResizeObserver(function () { plot.setSize(size()); }).observe(ink);
  }

  document.querySelectorAll("[data-chart]").forEach(function (figure) {
    var table = document.getElementById(figure.dataset.chart);
    var data = figure.dataset.src
      ? fetch(figure.dataset.src, { headers: { Accept: "application/json" } }).then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        })
      : Promise.resolve(table && columnsOf(table));
    Promise.all([data, load(figure.dataset.script, "script"), load(figure.dataset.style, "link")])
      .then(function (got) {
        if (got[0] && got[0].day && got[0].day.length) draw(figure, got[0]);
      }, function () { /* The table says the same. */ });
  });
})();
