// SPDX-License-Identifier: Apache-2.0

/// How the page looks: light and dark, wide and narrow, on a screen and on paper.
let pageStyle = HTML(
    trusted: """
        :root {
          --page: #f7f7f5; --card: #ffffff; --line: #e3e3de; --ink: #1d2126; --soft: #686f78; --code: #f1f1ee;
          --before: #a9b0b8; --after: #12845a; --good: #0f7a52; --bad: #bf1d36; --track: #ebebe7;
          --critical: #a80f3c; --high: #cf4a10; --medium: #95690a; --low: #2d6fa8; --unknown: #6b7280;
          --base0: #98a1ab; --base1: #aab2ba; --base2: #bcc3ca; --own0: #d08a2e; --own1: #dca25a; --own2: #e6ba85;
          --new0: #12845a; --new1: #38a079; --new2: #6cbd9f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #111418; --card: #191d22; --line: #2b3138; --ink: #e6e8ea; --soft: #98a1ab; --code: #22272e;
            --before: #5d6670; --after: #3ecf93; --good: #4fd39c; --bad: #ff7b8d; --track: #272c33;
            --critical: #ff6d90; --high: #ff9257; --medium: #e3b341; --low: #6cb4f0; --unknown: #9aa3ad;
            --base0: #4e5761; --base1: #5d6670; --base2: #6c7580; --own0: #b67a2b; --own1: #c98f43; --own2: #d9a765;
            --new0: #2fae7a; --new1: #3ecf93; --new2: #74dfb4;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 3.2rem; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--page); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums;
        }
        nav {
          position: sticky; top: 0; z-index: 2; display: flex; gap: 1.1rem; overflow-x: auto; white-space: nowrap;
          padding: .55rem max(1rem, calc(50vw - 33rem)); background: var(--page); border-bottom: 1px solid var(--line);
          font-size: .85rem;
        }
        nav b { letter-spacing: .02em; color: var(--after); }
        nav a { color: var(--soft); text-decoration: none; }
        nav a:hover, nav a:focus { color: var(--ink); text-decoration: underline; }
        main { max-width: 68rem; margin: 0 auto; padding: 0 1rem 2rem; }
        section { margin-top: 2.6rem; }
        #summary { margin-top: 1.8rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: .1rem 0 .6rem; overflow-wrap: anywhere; letter-spacing: -.01em; }
        h2 { font-size: 1.2rem; margin: 0 0 .8rem; display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; }
        h2 small { font-size: .85rem; font-weight: 400; color: var(--soft); text-align: right; }
        h3 { font-size: .82rem; font-weight: 600; color: var(--soft); margin: 1.2rem 0 .5rem; }
        p { margin: .4rem 0; }
        a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
        a:hover { text-decoration-color: currentcolor; }
        code, pre { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        code { overflow-wrap: anywhere; }
        .muted, .kind { color: var(--soft); }
        .kind { margin: 0; font-size: .85rem; }
        .good { color: var(--good); } .bad, .worse .verdict { color: var(--bad); }
        .verdict { font-size: 1.2rem; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; color: var(--good); }
        .verdict span { font-weight: 600; }
        .images { overflow-wrap: anywhere; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .8rem; margin-top: 1.3rem; }
        .tile, .two > div, .stacks, details, .scroll, pre.listing, dl {
          background: var(--card); border: 1px solid var(--line); border-radius: 10px;
        }
        .tile { padding: .8rem .95rem .9rem; }
        .tile h3 { margin: 0; }
        .tile p { margin: 0; font-size: .85rem; }
        .tile .now { font-size: 1.55rem; font-weight: 650; letter-spacing: -.01em; display: flex; gap: .5rem; align-items: center; flex-wrap: wrap; }
        .left { display: block; width: 100%; height: 4px; margin-top: .6rem; }
        .track { fill: var(--track); } .before { fill: var(--before); } .after { fill: var(--after); } .worse { fill: var(--bad); }
        .pill { font-size: .76rem; font-weight: 600; padding: .08rem .45rem; border-radius: 99px; letter-spacing: 0; white-space: nowrap; }
        .pill.good { color: var(--good); background: color-mix(in srgb, var(--good) 13%, transparent); }
        .pill.bad { color: var(--bad); background: color-mix(in srgb, var(--bad) 13%, transparent); }
        .pill.same { color: var(--soft); background: var(--track); }
        .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .8rem; }
        .two > div { padding: .2rem 1rem 1rem; }
        .bars { display: grid; grid-template-columns: 6.4rem 1fr 3.4rem; gap: .7rem; align-items: center; padding: .28rem 0; }
        .bars svg { width: 100%; height: 22px; display: block; }
        .numbers { display: grid; text-align: right; font-size: .76rem; line-height: 11px; }
        .numbers i { font-style: normal; color: var(--soft); }
        .numbers b { color: var(--good); }
        .key { font-size: .8rem; color: var(--soft); display: flex; gap: .45rem; align-items: center; margin-top: .9rem; }
        .swatch { width: .8rem; height: .6rem; border-radius: 2px; }
        .key .swatch:not(:first-child) { margin-left: .6rem; }
        .swatch.before { background: var(--before); } .swatch.after, .swatch.removed { background: var(--after); }
        .swatch.base { background: var(--base1); } .swatch.own { background: var(--own1); }
        .swatch.changed { background: var(--new2); } .swatch.open { background: var(--high); }
        .fates svg { display: block; width: 100%; height: 16px; border-radius: 4px; }
        .fates rect { stroke: var(--page); stroke-width: 1px; } .fates .key { margin: .5rem 0 .9rem; }
        .removed { fill: var(--after); } .changed { fill: var(--new2); } .open { fill: var(--high); }
        .stacks { padding: 1rem; display: grid; gap: .7rem; }
        .stack { display: grid; grid-template-columns: 6.4rem 1fr; gap: .7rem; align-items: center; }
        .stack > span { display: grid; font-size: .82rem; color: var(--soft); line-height: 1.25; }
        .stack b { color: var(--ink); }
        .stack svg { width: 100%; height: 34px; display: block; border-radius: 4px; }
        .stack rect { stroke: var(--card); stroke-width: 1.5px; }
        .stack rect:hover { filter: brightness(1.12); }
        .before.base.t0 { fill: var(--base0); } .before.base.t1 { fill: var(--base1); } .before.base.t2 { fill: var(--base2); }
        .before.own.t0 { fill: var(--own0); } .before.own.t1 { fill: var(--own1); } .before.own.t2 { fill: var(--own2); }
        .stack .after.t0 { fill: var(--new0); } .stack .after.t1 { fill: var(--new1); } .stack .after.t2 { fill: var(--new2); }
        details { margin-top: .8rem; padding: 0 1rem; }
        summary { padding: .6rem 0; cursor: pointer; font-size: .88rem; }
        details .scroll { border: 0; margin-bottom: .8rem; } details .listing { margin-bottom: 1rem; }
        .scroll { overflow: auto; }
        .tall { max-height: 36rem; }
        table { width: 100%; border-collapse: collapse; font-size: .86rem; }
        th, td { text-align: left; vertical-align: top; padding: .36rem .8rem; border-bottom: 1px solid var(--line); }
        tbody tr:last-child td { border-bottom: 0; }
        th { font-weight: 500; color: var(--soft); white-space: nowrap; position: sticky; top: 0; background: var(--card); }
        .n { text-align: right; white-space: nowrap; width: 1%; } .question { white-space: nowrap; }
        td a { white-space: nowrap; }
        .ids { max-width: 22rem; }
        tr.won td { background: color-mix(in srgb, var(--good) 7%, transparent); }
        .s { font-weight: 600; }
        .critical { color: var(--critical); } .high { color: var(--high); } .medium { color: var(--medium); }
        .low { color: var(--low); } .unknown { color: var(--unknown); }
        form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .6rem 0; }
        form[hidden] { display: none; }
        input, select {
          font: inherit; font-size: .86rem; color: inherit; background: var(--card); border: 1px solid var(--line);
          border-radius: 7px; padding: .32rem .55rem;
        }
        input { flex: 1 1 14rem; min-width: 8rem; }
        input:focus-visible, select:focus-visible, .scroll:focus-visible, pre:focus-visible, summary:focus-visible {
          outline: 2px solid var(--after); outline-offset: 1px;
        }
        output { color: var(--soft); font-size: .86rem; }
        pre.listing { margin: 0; padding: .8rem 0; overflow: auto; counter-reset: line; background: var(--card); }
        .listing span { display: block; padding-right: 1rem; white-space: pre; counter-increment: line; }
        .listing span::before {
          content: counter(line); display: inline-block; width: 3rem; padding-right: 1rem; text-align: right; color: var(--soft);
          opacity: .6; user-select: none;
        }
        .listing code { display: block; width: max-content; min-width: 100%; margin: 0; overflow-wrap: normal; font-size: .82rem; }
        .listing i { color: var(--soft); } .listing b { color: var(--after); font-weight: 600; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.2rem; padding: .9rem 1rem; margin: 0; font-size: .88rem; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        .notes { margin: 0; padding-left: 1.1rem; font-size: .88rem; }
        .warning b { color: var(--medium); } .note b { color: var(--soft); font-weight: 500; }
        footer { max-width: 68rem; margin: 0 auto; padding: 1rem 1rem 2.5rem; color: var(--soft); font-size: .82rem; }
        @media (max-width: 40rem) {
          h1 { font-size: 1.5rem; } th, td { padding: .34rem .5rem; } dl { grid-template-columns: 1fr; gap: .1rem; } dd { margin-bottom: .5rem; }
          h2 { display: block; } h2 small { display: block; text-align: left; }
        }
        @media print {
          :root { --page: #fff; --card: #fff; }
          body { font-size: 10pt; } nav, form { display: none !important; }
          .scroll, pre.listing { max-height: none; overflow: visible; }
          th { position: static; } tr, .tile, .bars { break-inside: avoid; } h2, h3 { break-after: avoid; }
          .listing span { white-space: pre-wrap; } .listing code { width: auto; }
          svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """)
