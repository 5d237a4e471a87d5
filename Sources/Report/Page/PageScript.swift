/// What the page can do more with scripts on: hints at marks, rows and marks of a round lit together, sorting of
/// tables, a button to copy.
enum PageScript {
  // No "<" or "&" in here: the page is well-formed XML too, where those would begin markup.
  static let source: Markup = #"""
    (function () {
      "use strict";
      var hint = document.createElement("div");
      hint.className = "hint";
      hint.hidden = true;
      document.body.appendChild(hint);

      // The browser shows titles late and small; ours takes their place.
      document.querySelectorAll(".mark").forEach(function (mark) {
        var title = mark.querySelector("title");
        if (title) { mark.dataset.hint = title.textContent; title.remove(); }
      });

      function light(round, isOn) {
        document.querySelectorAll("[data-round='" + round + "']").forEach(function (one) {
          one.classList.toggle("hot", isOn);
        });
      }

      function show(event) {
        var mark = event.target.closest ? event.target.closest(".mark") : null;
        hint.hidden = !mark;
        if (!mark) { return; }
        hint.textContent = mark.dataset.hint;
        var box = hint.getBoundingClientRect();
        var x = Math.min(event.clientX + 14, document.documentElement.clientWidth - box.width - 8);
        var y = event.clientY + 16;
        if (y + box.height > window.innerHeight - 8) { y = event.clientY - box.height - 12; }
        hint.style.left = Math.max(8, x) + "px";
        hint.style.top = Math.max(8, y) + "px";
      }

      var lit = null;
      function follow(event) {
        show(event);
        var holder = event.target.closest ? event.target.closest("[data-round]") : null;
        var round = holder ? holder.dataset.round : null;
        if (round === lit) { return; }
        if (lit !== null) { light(lit, false); }
        if (round !== null) { light(round, true); }
        lit = round;
      }
      document.addEventListener("pointermove", follow);
      document.addEventListener("pointerdown", follow);
      document.addEventListener("scroll", function () { hint.hidden = true; }, true);

      function compare(one, other) {
        var a = one.dataset.key;
        var b = other.dataset.key;
        if (a === undefined || b === undefined) { return a === b ? 0 : a === undefined ? 2 : -2; }
        var difference = Number(a) - Number(b);
        return isNaN(difference) ? a.localeCompare(b, undefined, { numeric: true }) : difference;
      }

      document.querySelectorAll("table.sortable").forEach(function (table) {
        var heads = Array.from(table.tHead.rows[0].cells);
        heads.forEach(function (head, column) {
          var button = document.createElement("button");
          button.type = "button";
          button.textContent = head.textContent;
          button.title = "sort by " + head.textContent;
          head.textContent = "";
          head.appendChild(button);
          button.addEventListener("click", function () {
            var isDown = head.getAttribute("aria-sort") === "ascending";
            heads.forEach(function (one) { one.removeAttribute("aria-sort"); });
            head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
            var body = table.tBodies[0];
            Array.from(body.rows).sort(function (one, other) {
              var a = one.cells[column];
              var b = other.cells[column];
              // What is missing stays last either way.
              var order = compare(a, b);
              var isMissing = a.dataset.key === undefined || b.dataset.key === undefined;
              return isDown ? (isMissing ? order : -order) : order;
            }).forEach(function (row) { body.appendChild(row); });
          });
        });
      });

      document.querySelectorAll("pre.copy").forEach(function (block) {
        var code = block.querySelector("code");
        var button = document.createElement("button");
        button.type = "button";
        button.className = "copier";
        button.textContent = "copy";
        button.addEventListener("click", function () {
          function select() {
            window.getSelection().selectAllChildren(code);
            button.textContent = "selected";
          }
          if (!navigator.clipboard) { select(); return; }
          navigator.clipboard.writeText(code.textContent).then(function () { button.textContent = "copied"; }, select);
        });
        block.insertBefore(button, code);
      });
    })();
    """#
}
