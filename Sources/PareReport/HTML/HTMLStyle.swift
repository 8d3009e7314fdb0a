// SPDX-License-Identifier: Apache-2.0

/// The page's looks.  Colours of text stand out from their ground by 4.5 : 1 at least, in both schemes.
enum HTMLStyle {
    static let sheet: Markup = "\(colours)\n\(text)\n\(figures)\n\(charts)\n\(tables)\n\(code)\n\(print)"

    private static let colours: Markup = """
        :root {
          --ground: #f6f7f9; --card: #ffffff; --ink: #17202b; --soft: #55606e; --line: #d9dee5; --link: #0b5cad;
          --good: #0a6b3d; --bad: #b3123f; --wash: #e8f5ee; --warn-wash: #fdeaef; --mark: #fff3cf;
          --base: #5b6b84; --app: #0b7a75;
          --critical: #b3123f; --high: #c2410c; --medium: #8a5a00; --low: #1f5fa8; --unknown: #5c6670; --chip: #ffffff;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0f141b; --card: #171e27; --ink: #e6ebf1; --soft: #a3afbd; --line: #2f3946; --link: #7cb7ff;
            --good: #5fd39a; --bad: #ff7d99; --wash: #14301f; --warn-wash: #3a1721; --mark: #3d3414;
            --base: #61728c; --app: #0e827c;
            --critical: #ff6f8e; --high: #ff9a5c; --medium: #e3b341; --low: #74b4ff; --unknown: #9ca7b3;
            --chip: #0f141b;
          }
        }
        """

    private static let text: Markup = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 3rem; background: var(--ground);
          color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        h1 { margin: 0 0 .25rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.015em; overflow-wrap: anywhere; }
        h2 { margin: 0 0 .75rem; font-size: 1.3rem; line-height: 1.3; }
        h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
        p { margin: 0 0 .75rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        a:focus-visible, summary:focus-visible, [tabindex]:focus-visible, input:focus-visible, select:focus-visible,
        button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        .brand { margin: 0 0 .5rem; font-weight: 700; letter-spacing: .08em; color: var(--app); }
        @media (prefers-color-scheme: dark) { .brand { color: var(--good); } }
        .lead { font-size: 1.1rem; color: var(--soft); overflow-wrap: anywhere; }
        .lead strong { color: var(--ink); }
        .soft { color: var(--soft); }
        .good { color: var(--good); font-weight: 600; }
        .bad { color: var(--bad); font-weight: 600; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: .5rem 0 1.25rem;
          padding: 0; font-size: .925rem; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
          padding: 1.25rem 1.4rem; margin: 0 0 1.25rem; }
        footer { color: var(--soft); font-size: .875rem; }
        ul.plain { margin: 0; padding-left: 1.2rem; }
        details { margin-top: 1rem; }
        summary { cursor: pointer; color: var(--link); font-weight: 600; }
        """

    private static let figures: Markup = """
        #figures { background: none; border: 0; padding: 0; }
        #figures h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(21rem, 100%), 1fr)); gap: 1rem; margin: 0; }
        .figure { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
          padding: 1rem 1.2rem; margin: 0; }
        .figure dt { color: var(--soft); font-size: .925rem; }
        .figure dd { margin: 0; }
        .figure .now { font-size: 1.9rem; font-weight: 700; line-height: 1.25; letter-spacing: -.02em;
          font-variant-numeric: tabular-nums; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .6rem; }
        .figure .was { font-size: 1.1rem; font-weight: 500; color: var(--soft); letter-spacing: 0; }
        .figure .share { font-size: 1.1rem; letter-spacing: 0; }
        .figure .note { color: var(--soft); font-size: .9rem; }
        """

    private static let charts: Markup = """
        .bar { margin: 0 0 1rem; }
        .bar-label { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0 0 .25rem;
          overflow-wrap: anywhere; }
        svg { display: block; overflow: visible; }
        #gone .legend { margin-bottom: 1rem; }
        svg .track { fill: var(--ground); }
        svg .base { fill: var(--base); }
        svg .app { fill: var(--app); }
        svg .layer { stroke: var(--card); stroke-width: 1; }
        svg g:hover .layer { opacity: .8; }
        svg .inside { fill: #ffffff; font-size: 12.5px; font-weight: 600; pointer-events: none; }
        @media (max-width: 44rem) { svg .tight { display: none; } }
        svg .value { fill: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
        svg .before { fill-opacity: .35; stroke-width: 1; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0;
          font-size: .9rem; color: var(--soft); }
        .legend svg { display: inline-block; vertical-align: -1px; margin-right: .4rem; }
        .rows { display: grid; grid-template-columns: max-content 1fr; gap: .55rem 1rem; align-items: center;
          margin: 0 0 1rem; }
        .rows p { margin: 0; }
        \(severityRules)
        """

    private static let severityRules = Markup(
        ["critical", "high", "medium", "low", "unknown"].map { name -> Markup in
            """
            .chip.\(name) { background: var(--\(name)); } svg .\(name) { fill: var(--\(name)); stroke: var(--\(name)); }
            """
        })

    private static let tables: Markup = """
        .scroll { overflow: auto; border: 1px solid var(--line); border-radius: .5rem; }
        .tall { max-height: 34rem; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding: .6rem .75rem; color: var(--soft); }
        th, td { text-align: left; vertical-align: top; padding: .4rem .75rem; border-top: 1px solid var(--line);
          overflow-wrap: break-word; min-width: 5rem; }
        thead th { position: sticky; top: 0; background: var(--card); border-top: 0;
          box-shadow: inset 0 -1px var(--line); white-space: nowrap; font-weight: 600; color: var(--soft); }
        tbody th { font-weight: 600; }
        tbody tr:hover { background: var(--ground); }
        tr.won { background: var(--wash); }
        tr.differs { background: var(--warn-wash); }
        td.number, th.number { text-align: right; white-space: nowrap; }
        td a { white-space: nowrap; }
        .title { display: block; color: var(--soft); font-size: .85rem; max-width: 34rem; }
        .chip { display: inline-block; min-width: 4.9rem; padding: .05rem .5rem; border-radius: .8rem; color: var(--chip);
          font-size: .78rem; font-weight: 700; text-align: center; }
        form { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: end; margin: 0 0 .75rem; }
        form[hidden] { display: none; }
        label { display: flex; flex-direction: column; font-size: .85rem; color: var(--soft); }
        input, select, button { font: inherit; color: var(--ink); background: var(--card); min-height: 2.25rem;
          border: 1px solid var(--soft); border-radius: .4rem; padding: .2rem .6rem; }
        input { width: 18rem; max-width: 100%; }
        #filter-count { margin: 0 0 .4rem; font-size: .9rem; color: var(--soft); }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 2rem; }
        dl.facts { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .3rem 1rem; margin: 0;
          font-size: .925rem; }
        dl.facts dt { color: var(--soft); }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        """

    private static let code: Markup = """
        code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85rem; }
        td code { white-space: pre-wrap; overflow-wrap: anywhere; }
        td code.whole { overflow-wrap: normal; }
        pre { margin: 0; padding: .9rem 0; overflow: auto; background: var(--ground); border: 1px solid var(--line);
          border-radius: .5rem; line-height: 1.55; tab-size: 4; counter-reset: line; }
        pre .row { display: block; padding-right: 1rem; min-width: max-content; }
        pre .row::before { counter-increment: line; content: counter(line); display: inline-block; width: 3rem;
          padding-right: 1rem; text-align: right; color: var(--soft); user-select: none; }
        pre .touched, pre .row:target { background: var(--mark); }
        .beside { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.5rem; }
        .beside h3 { margin-top: 0; }
        @media (max-width: 56rem) { .beside { grid-template-columns: minmax(0, 1fr); } }
        ol.edits { list-style: none; margin: 0; padding: 0; font-size: .925rem; }
        ol.edits li { padding: .4rem 0 .4rem .8rem; border-left: 3px solid var(--app); margin-bottom: .5rem; }
        .wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
        """

    private static let print: Markup = """
        @media print {
          body { max-width: none; padding: 0; background: #ffffff; font-size: 11px; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          nav, form { display: none !important; }
          section, .figure { border-color: #bbbbbb; break-inside: auto; }
          .figure, .bar, .rows, tr { break-inside: avoid; }
          h2, caption { break-after: avoid; }
          .scroll, .tall { max-height: none; overflow: visible; }
          table { font-size: 9px; }
          th, td { padding: .15rem .4rem; min-width: 0; }
          thead th { position: static; }
          thead { display: table-header-group; }
          pre { white-space: pre-wrap; overflow: visible; }
          pre .row { min-width: 0; }
          details::details-content { content-visibility: visible; block-size: auto; }
        }
        """
}
