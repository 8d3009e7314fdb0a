// SPDX-License-Identifier: Apache-2.0

enum HTMLScript {
    /// Filters the table of findings that went away; without it the whole table is there, and no controls.
    static let filter: Markup = """
        (function () {
          'use strict';
          var form = document.getElementById('filter');
          var table = document.getElementById('gone-table');
          if (!form || !table) { return; }
          var words = form.elements.namedItem('words');
          var severity = form.elements.namedItem('severity');
          var cause = form.elements.namedItem('cause');
          var shown = document.getElementById('filter-count');
          var rows = Array.prototype.slice.call(table.tBodies[0].rows).map(function (row) {
            return { row: row, text: row.textContent.toLowerCase() };
          });
          function apply() {
            var wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
            var count = 0;
            rows.forEach(function (entry) {
              var data = entry.row.dataset;
              var fits = (!severity.value || data.severity === severity.value)
                && (!cause.value || data.cause === cause.value)
                && wanted.every(function (word) { return entry.text.indexOf(word) >= 0; });
              entry.row.hidden = !fits;
              if (fits) { count += 1; }
            });
            shown.textContent = count.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en') + ' shown';
          }
          form.addEventListener('input', apply);
          form.addEventListener('submit', function (event) { event.preventDefault(); });
          form.addEventListener('reset', function () { setTimeout(apply, 0); });
          form.hidden = false;
          apply();
        })();
        """
}
