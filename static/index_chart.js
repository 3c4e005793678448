/* The chart of the index page: one line with its band and volume, or one season over another. */
(function () {
  "use strict";

  var GREYS = ["#575045", "#857c6b", "#a69d8b"];
  var DASHES = ["dashed", "dotted", [8, 3, 2, 3]];

  /* The marketing season runs from September to August: 2025-10-03 belongs to 2025. */
  function seasonOf(day) {
    var year = Number(day.slice(0, 4));
    return Number(day.slice(5, 7)) >= 9 ? year : year - 1;
  }

  function seasonDay(day) {
    return (Number(day.slice(5, 7)) >= 9 ? "2001" : "2002") + day.slice(4);
  }

  function lineOf(name, points, color, style, labelled) {
    return {
      name: name, type: "line", data: points, showSymbol: points.length < 40, symbolSize: 4,
      connectNulls: false, lineStyle: { color: color, width: labelled ? 2.2 : 1.4, type: style },
      itemStyle: { color: color },
      endLabel: { show: labelled, color: color, fontWeight: 700, formatter: function (at) {
        return at.value[1] === null ? "" : Number(at.value[1]).toFixed(2);
      } },
    };
  }

  function bandOf(word, data) {
    var base = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return [
      Object.assign({ name: word + "-", data: data.day.map(function (day, at) { return [day, data.low[at]]; }) }, base),
      Object.assign({ name: word, areaStyle: { color: window.goldfruit.token("--gold-pale"), opacity: 1 },
        data: data.day.map(function (day, at) {
          return [day, data.low[at] === null || data.high[at] === null ? null : data.high[at] - data.low[at]];
        }) }, base),
    ];
  }

  function bySeason(figure, data) {
    var seasons = {};
    data.day.forEach(function (day, at) {
      var season = seasonOf(day);
      (seasons[season] = seasons[season] || []).push([seasonDay(day), data.value[at]]);
    });
    return Object.keys(seasons).sort().reverse().slice(0, 4).map(function (season, at) {
      var name = season + "/" + String(Number(season) + 1).slice(2);
      return at === 0 ? lineOf(name, seasons[season], window.goldfruit.token("--gold"), "solid", true)
        : lineOf(name, seasons[season], GREYS[at - 1], DASHES[at - 1], false);
    });
  }

  function byDay(figure, data) {
    var points = data.day.map(function (day, at) { return [day, data.value[at]]; });
    var line = lineOf(figure.dataset.valueWord, points, window.goldfruit.token("--gold"), "solid", true);
    if (data.mark) {
      line.markPoint = { symbol: "pin", symbolSize: 28, itemStyle: { color: window.goldfruit.token("--ink") }, label: { show: false },
        data: data.mark.reduce(function (marks, word, at) {
          if (word && data.value[at] !== null) marks.push({ name: word, value: word, coord: [data.day[at], data.value[at]] });
          return marks;
        }, []) };
    }
    var series = (data.low && data.high ? bandOf(figure.dataset.bandWord, data) : []).concat(line);
    if (data.volume) {
      series.push({ name: figure.dataset.volumeWord, type: "bar", xAxisIndex: 1, yAxisIndex: 1, barMaxWidth: 10,
        itemStyle: { color: "#b9b1a1" },
        data: data.day.map(function (day, at) { return [day, data.volume[at]]; }) });
    }
    return series;
  }

  function options(figure, data) {
    var seasonal = "bySeason" in figure.dataset;
    var soft = window.goldfruit.token("--ink-soft");
    var hairline = window.goldfruit.token("--hairline");
    var size = Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75);
    var volume = data.volume && !seasonal;
    var text = { color: soft, fontSize: size };
    var x = { type: "time", axisLine: { lineStyle: { color: soft } }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: Object.assign({ hideOverlap: true }, text,
        seasonal ? { formatter: "{M}-{dd}" } : { formatter: { year: "{yyyy}", month: "{yyyy}-{MM}", day: "{M}-{dd}" } }) };
    var y = { type: "value", scale: true, axisLabel: text, splitLine: { lineStyle: { color: hairline } } };
    var zoomed = volume ? [0, 1] : [0];
    return {
      animation: false,
      aria: { enabled: false },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: volume
        ? [{ left: 8, right: 64, top: 32, bottom: 136, containLabel: true }, { left: 8, right: 64, height: 56, bottom: 60, containLabel: true }]
        : [{ left: 8, right: 64, top: 32, bottom: 64, containLabel: true }],
      legend: { show: seasonal, top: 0, left: 0, textStyle: text, itemWidth: 28 },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: window.goldfruit.token("--paper"),
        borderColor: window.goldfruit.token("--ink"), borderWidth: 1, textStyle: { color: window.goldfruit.token("--ink"), fontSize: size + 1 },
        formatter: function (rows) {
          var shown = rows.filter(function (row) { return row.value[1] !== null && !/-$/.test(row.seriesName) && row.seriesName !== figure.dataset.bandWord; });
          var day = String(rows[0].value[0]);
          return (seasonal ? day.slice(5) : day) + "\n" + shown.map(function (row) { return row.seriesName + "  " + row.value[1]; }).join("\n");
        } },
      xAxis: volume ? [x, Object.assign({}, x, { gridIndex: 1, axisLabel: { show: false } })] : [x],
      yAxis: volume ? [y, { type: "value", gridIndex: 1, splitNumber: 1, axisLabel: text, splitLine: { show: false } }] : [y],
      dataZoom: [
        { type: "inside", xAxisIndex: zoomed, zoomOnMouseWheel: "ctrl" },
        { type: "slider", xAxisIndex: zoomed, bottom: 8, height: 28, borderColor: hairline, brushSelect: false,
          fillerColor: "rgba(154,100,18,0.12)", handleStyle: { color: "#fff", borderColor: soft }, handleSize: "120%",
          dataBackground: { lineStyle: { color: soft }, areaStyle: { color: hairline } },
          selectedDataBackground: { lineStyle: { color: window.goldfruit.token("--gold") }, areaStyle: { color: window.goldfruit.token("--gold-pale") } },
          textStyle: text, showDetail: false },
      ],
      series: seasonal ? bySeason(figure, data) : byDay(figure, data),
    };
  }

  function draw(figure, data) {
    if (!data || !data.day || !data.day.length) return;
    figure.dataset.drawn = "1";
    var plot = window.echarts.init(figure.querySelector(".chart-ink"), null, { renderer: "canvas" });
    plot.setOption(options(figure, data));
    new ResizeObserver(function () { plot.resize(); }).observe(figure);
    window.addEventListener("beforeprint", function () { plot.resize(); });
  }

  document.querySelectorAll("[data-index-chart]").forEach(function (figure) {
    var table = document.getElementById(figure.dataset.indexChart);
    if (!window.echarts) return;
    if (!figure.dataset.src) {
      draw(figure, table && window.goldfruit.columnsOf(table));
      return;
    }
    fetch(figure.dataset.src, { headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (data) { draw(figure, data); }, function () { /* The table says the same. */ });
  });
})();
