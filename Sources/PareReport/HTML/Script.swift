// SPDX-License-Identifier: Apache-2.0

/// Filters the table of what went away; the page is whole without it.
let pageScript = HTML(
    trusted: #"""
        "use strict";
        (() => {
          const form = document.getElementById("gone-filter");
          if (!form) return;
          const words = form.querySelector("input"), selects = [...form.querySelectorAll("select")];
          const output = form.querySelector("output");
          const rows = [...document.querySelectorAll("#gone-rows tbody tr")].map(
            row => ({ row, text: row.textContent.toLowerCase() }));
          const filter = () => {
            const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
            let shown = 0;
            for (const { row, text } of rows) {
              const fits = wanted.every(word => text.includes(word))
                && selects.every(select => !select.value || row.dataset[select.name] === select.value);
              row.hidden = !fits;
              if (fits) shown += 1;
            }
            output.value = shown.toLocaleString("en") + " of " + rows.length.toLocaleString("en");
          };
          form.addEventListener("input", filter);
          form.addEventListener("submit", event => event.preventDefault());
          form.hidden = false;
          filter();
        })();
        """#)
