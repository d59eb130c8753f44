/* The history of a number on a click or key, and the search. Everything else works without this. */
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  var base = document.body.dataset.base || "";
  var zh = document.body.dataset.language === "zh";

  function element(name, text, className) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function load(address, failed) {
    var script = element("script");
    script.src = address;
    script.onerror = failed;
    document.head.appendChild(script);
  }

  /* A stop of the keyboard only where there is something to scroll. */
  var scrollers = Array.prototype.slice.call(document.querySelectorAll(".scroll"));
  function stopWhereItScrolls() {
    scrollers.forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  stopWhereItScrolls();
  window.addEventListener("resize", stopWhereItScrolls);

  /* A number of a table: one tab stop for the whole table, arrow keys within. */
  var table = document.querySelector("table[data-cells]");
  if (table) {
    var panel = document.getElementById("panel");
    var heading = document.getElementById("panel-title");
    var place = panel.querySelector(".panel-place");
    var body = panel.querySelector(".panel-body");
    var grid = [];
    var data = null;
    var opened = null;
    var waiting = null;

    Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
      var line = [];
      Array.prototype.forEach.call(row.querySelectorAll("td.n > .v"), function (shown) {
        var button = element("button", "", "v");
        button.type = "button";
        button.tabIndex = -1;
        button.setAttribute("aria-expanded", "false");
        button.setAttribute("aria-controls", "panel");
        while (shown.firstChild) button.appendChild(shown.firstChild);
        shown.parentNode.replaceChild(button, shown);
        line.push(button);
      });
      if (line.length) grid.push(line);
    });
    var current = grid.length ? grid[0][0] : null;
    if (current) current.tabIndex = 0;

    function goTo(button) {
      current.tabIndex = -1;
      current = button;
      current.tabIndex = 0;
      current.focus();
    }

    function middle(button) {
      var box = button.parentNode.getBoundingClientRect();
      return (box.left + box.right) / 2;
    }

    function nearest(line, button) {
      return line.reduce(function (best, other) {
        var closer = Math.abs(middle(other) - middle(button)) < Math.abs(middle(best) - middle(button));
        return closer ? other : best;
      });
    }

    table.addEventListener("keydown", function (event) {
      var button = event.target.closest("button.v");
      if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
      var at = grid.findIndex(function (line) { return line.indexOf(button) >= 0; });
      var line = grid[at];
      var to = null;
      if (event.key === "ArrowRight") to = line[line.indexOf(button) + 1];
      else if (event.key === "ArrowLeft") to = line[line.indexOf(button) - 1];
      else if (event.key === "ArrowDown") to = grid[at + 1] && nearest(grid[at + 1], button);
      else if (event.key === "ArrowUp") to = grid[at - 1] && nearest(grid[at - 1], button);
      else if (event.key === "Home") to = line[0];
      else if (event.key === "End") to = line[line.length - 1];
      else return;
      event.preventDefault();
      if (to) goTo(to);
    });

    table.addEventListener("click", function (event) {
      var cell = event.target.closest("td.n");
      var button = cell && cell.querySelector("button.v");
      if (!button) return;
      if (button === opened) { close(); return; }
      goTo(button);
      open(button);
    });

    function describe(cell) {
      var ids = (cell.getAttribute("headers") || "").split(" ");
      return ids.map(function (id) {
        var header = document.getElementById(id);
        return header && !header.querySelector(".unseen") ? header.textContent.trim() : "";
      }).filter(Boolean).join(" › ");
    }

    function open(button) {
      if (opened) opened.setAttribute("aria-expanded", "false");
      opened = button;
      button.setAttribute("aria-expanded", "true");
      panel.hidden = false;
      document.body.classList.add("with-panel");
      place.textContent = describe(button.parentNode);
      body.textContent = "";
      if (data) show(button.parentNode.id);
      else {
        if (!waiting) load(table.dataset.cells, function () {
          waiting = null;
          body.textContent = panel.dataset.missing;
        });
        waiting = button.parentNode.id;
      }
      history.replaceState(null, "", "#" + button.parentNode.id);
      heading.focus();
    }

    function close() {
      if (!opened) return;
      opened.setAttribute("aria-expanded", "false");
      panel.hidden = true;
      document.body.classList.remove("with-panel");
      opened.focus();
      opened = null;
    }

    window.whitepaperCells = function (loaded) {
      data = loaded;
      if (waiting) show(waiting);
      waiting = null;
    };

    function show(id) {
      body.textContent = "";
      panel.scrollTop = 0;
      (data.cells[id] || []).forEach(function (section) {
        body.appendChild(element("h3", data.strings[section[0]]));
        var list = element("dl");
        section[1].forEach(function (entry) {
          var item = element("div");
          item.appendChild(element("dt", data.strings[entry[0]]));
          var said = element("dd");
          if (entry.length > 2) {
            var link = element("a", data.strings[entry[1]]);
            link.href = base + data.strings[entry[2]];
            said.appendChild(link);
          } else said.textContent = data.strings[entry[1]];
          item.appendChild(said);
          list.appendChild(item);
        });
        body.appendChild(list);
      });
    }

    panel.querySelector(".close").addEventListener("click", close);
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && opened) close();
    });

    function openFromAddress() {
      var id = decodeURIComponent(location.hash.slice(1));
      var cell = id && document.getElementById(id);
      var button = cell && table.contains(cell) && cell.querySelector("button.v");
      if (button && button !== opened) {
        goTo(button);
        open(button);
        cell.scrollIntoView({ block: "center", inline: "center" });
      }
    }
    window.addEventListener("hashchange", openFromAddress);
    openFromAddress();
  }

  /* Search: Latin words by their beginning, Chinese by pairs of characters. */
  var results = document.getElementById("results");
  if (results) {
    var KIND = 0, PATH = 1, TITLE = 2, NOTE = 4, MORE = 6;
    var MOST = 60;
    var CHINESE = /[\u3400-\u9fff\uf900-\ufaff]/;
    var WORDS = /[\u3400-\u9fff\uf900-\ufaff]+|[a-z0-9\u00c0-\u024f][a-z0-9\u00c0-\u024f._-]*/g;
    var field = document.getElementById("q");
    var head = document.getElementById("find");
    var count = document.getElementById("search-count");
    var index = null;

    function tokens(text) {
      var found = [];
      (text.normalize("NFKC").toLowerCase().match(WORDS) || []).forEach(function (run) {
        if (!CHINESE.test(run)) found.push({ text: run, chinese: false });
        else if (run.length === 1) found.push({ text: run, chinese: true });
        else for (var i = 0; i < run.length - 1; i++) found.push({ text: run.slice(i, i + 2), chinese: true });
      });
      return found;
    }

    function beginsWord(text, word) {
      var at = text.indexOf(word);
      while (at >= 0) {
        if (at === 0 || !/[a-z0-9\u00c0-\u024f]/.test(text[at - 1])) return true;
        at = text.indexOf(word, at + 1);
      }
      return false;
    }

    function hit(text, token) {
      return token.chinese ? text.indexOf(token.text) >= 0 : beginsWord(text, token.text);
    }

    /* Words must all be there; of the pairs of a Chinese query half may be missing. */
    function score(entry, wanted, whole) {
      var sum = 0, pairs = 0, met = 0;
      for (var i = 0; i < wanted.length; i++) {
        var token = wanted[i];
        var worth = hit(entry.title, token) ? 3 : hit(entry.more, token) ? 2 : hit(entry.note, token) ? 1 : 0;
        if (token.chinese) { pairs += 1; if (worth) met += 1; }
        else if (!worth) return 0;
        sum += worth;
      }
      if (pairs && met * 2 <= pairs && met < pairs) return 0;
      if (entry.title.indexOf(whole) >= 0) sum += 4;
      if (entry.title === whole) sum += 4;
      return sum * (pairs ? met / pairs : 1) + (entry.row[KIND] === "table" || entry.row[KIND] === "figure" ? 0.5 : 0);
    }

    function search() {
      if (!index) return;
      var text = field.value.trim();
      var wanted = tokens(text);
      results.textContent = "";
      count.textContent = "";
      if (!wanted.length) return;
      var whole = text.normalize("NFKC").toLowerCase();
      var found = index.map(function (entry, at) { return { entry: entry, at: at, score: score(entry, wanted, whole) }; })
        .filter(function (one) { return one.score > 0; })
        .sort(function (a, b) { return b.score - a.score || a.at - b.at; });
      count.textContent = found.length
        ? results.dataset.found.replace("{}", found.length)
        : results.dataset.none.replace("{}", text);
      found.slice(0, MOST).forEach(function (one) {
        var row = one.entry.row;
        var item = element("li");
        var kind = results.getAttribute("data-kind-" + row[KIND]);
        item.appendChild(element("span", kind, "kind"));
        var link = element("a", row[TITLE + (zh ? 0 : 1)]);
        link.href = base + row[PATH];
        item.appendChild(link);
        var note = row[NOTE + (zh ? 0 : 1)];
        if (note) item.appendChild(element("p", note.length > 160 ? note.slice(0, 160) + "…" : note));
        results.appendChild(item);
      });
    }

    window.whitepaperIndex = function (rows) {
      index = rows.map(function (row) {
        function plain(text) { return text.normalize("NFKC").toLowerCase(); }
        return {
          row: row,
          title: plain(row[TITLE] + "\n" + row[TITLE + 1]),
          note: plain(row[NOTE] + "\n" + row[NOTE + 1]),
          more: plain(row[MORE])
        };
      });
      search();
    };

    field.value = new URLSearchParams(location.search).get("q") || "";
    if (head) head.value = field.value;
    field.addEventListener("input", search);
    field.form.addEventListener("submit", function (event) {
      event.preventDefault();
      history.replaceState(null, "", "?q=" + encodeURIComponent(field.value));
      search();
    });
    load(results.dataset.index, function () { count.textContent = "?"; });
  }
})();
