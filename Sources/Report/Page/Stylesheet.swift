/// The page's style. Colours are named once for light and once for dark; paper is light.
enum Stylesheet {
  // No "<" or "&" in here: the page is well-formed XML too, where those would begin markup.
  static let source: Markup = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --panel: #f5f7f9; --ink: #17202a; --soft: #57636f; --line: #dbe1e7; --grid: #e8edf1;
      --link: #0a5cad; --accepted: #0b66c2; --onward: #00776a; --rejected: #b93a12; --early: #8a6100;
      --before: #c3d3e4; --after: #0b66c2; --bound: #8a2f8f; --allowed: #0b66c20f; --hot: #fff3c9; --chosen: #eaf3fc;
      --good: #0c6b2f; --bad: #b3261e; --open: #7a5600;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #12161a; --panel: #1a2026; --ink: #e7ebef; --soft: #9ba8b4; --line: #323b44; --grid: #262e36;
        --link: #7cb8f7; --accepted: #6bb1fa; --onward: #45cbb5; --rejected: #ff8a63; --early: #e3b341;
        --before: #39495a; --after: #6bb1fa; --bound: #d89be0; --allowed: #6bb1fa14; --hot: #453a12; --chosen: #1b2b3c;
        --good: #6fd38d; --bad: #ff8a80; --open: #e3b341;
      }
    }
    @media print {
      :root {
        color-scheme: light;
        --paper: #ffffff; --panel: #f5f7f9; --ink: #000000; --soft: #444c55; --line: #c8d0d8; --grid: #e2e7ec;
        --link: #000000; --accepted: #0b66c2; --onward: #00776a; --rejected: #b93a12; --early: #8a6100;
        --before: #c3d3e4; --after: #0b66c2; --bound: #8a2f8f; --allowed: #0b66c20f; --chosen: #eaf3fc;
        --good: #0c6b2f; --bad: #b3261e; --open: #7a5600;
      }
    }
    * { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body { margin: 0; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 64px; }
    h1, h2, h3, p { margin: 0; overflow-wrap: anywhere; }
    h1 { font-size: 34px; line-height: 1.2; letter-spacing: -0.01em; }
    h2 { font-size: 21px; line-height: 1.3; margin-bottom: 8px; }
    h3 { font-size: 16px; line-height: 1.3; }
    a { color: var(--link); }
    section { margin-top: 44px; }
    code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    code { font-size: 0.9em; }
    .kind { color: var(--soft); font-size: 13px; letter-spacing: 0.03em; }
    .outcome { font-size: 20px; margin-top: 6px; }
    .phrase { display: inline-block; }
    .when { color: var(--soft); margin-top: 6px; }
    .missing { color: var(--soft); font-style: italic; margin: 6px 0; }
    .note { color: var(--soft); font-size: 13px; margin-top: 4px; }

    .tiles { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 12px; margin-top: 24px; }
    .tile { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
    .tile .name { color: var(--soft); font-size: 13px; }
    .tile .figure { font-size: 25px; font-weight: 650; line-height: 1.25; margin: 2px 0 8px; white-space: nowrap; }
    .tile .detail { color: var(--soft); font-size: 13px; }
    .meter { height: 5px; border-radius: 3px; background: var(--before); margin-bottom: 8px; overflow: hidden; }
    .meter span { display: block; height: 5px; background: var(--after); print-color-adjust: exact; }

    .scroll { overflow-x: auto; margin-top: 12px; border: 1px solid var(--line); border-radius: 10px; }
    .scroll:focus-visible, th button:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; }
    table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
    .scroll table { width: 100%; }
    th, td { padding: 7px 11px; text-align: left; vertical-align: top; font-weight: 400; }
    .scroll th, .scroll td { border-top: 1px solid var(--line); }
    .scroll thead th {
      border-top: 0; background: var(--panel); color: var(--soft); font-size: 13px; white-space: nowrap;
      vertical-align: bottom;
    }
    .number, th.number { text-align: right; white-space: nowrap; }
    th small, td small { display: block; color: var(--soft); font-size: 12px; }
    td[data-wide] { min-width: 14em; overflow-wrap: anywhere; }
    tr.chosen th, tr.chosen td { background: var(--chosen); print-color-adjust: exact; }
    tr.quiet th, tr.quiet td { color: var(--soft); }
    tr.hot th, tr.hot td { background: var(--hot); }
    th button {
      all: unset; cursor: pointer; box-sizing: border-box; padding: 0 2px; border-radius: 3px; white-space: nowrap;
    }
    th button:hover { color: var(--ink); text-decoration: underline; }
    th[aria-sort=ascending] button::after { content: " ↑"; }
    th[aria-sort=descending] button::after { content: " ↓"; }
    .facts th { color: var(--soft); white-space: nowrap; padding: 3px 24px 3px 0; }
    .facts td { padding: 3px 0; overflow-wrap: anywhere; }
    .tag {
      border: 1px solid currentColor; border-radius: 99px; padding: 0 7px; font-size: 12px; color: var(--link);
      white-space: nowrap;
    }
    .decision { white-space: nowrap; }
    .verdict { font-weight: 600; }
    .good { color: var(--good); }
    .bad { color: var(--bad); }
    .open { color: var(--open); }

    .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 36px; align-items: start; }
    figure { margin: 12px 0 0; min-width: 0; }
    figcaption { color: var(--soft); font-size: 13.5px; }
    .legend {
      display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 13.5px;
    }
    .symbol { width: 16px; height: 16px; vertical-align: -3px; margin-right: 5px; overflow: visible; }
    .plot { display: block; width: 100%; height: auto; margin-top: 8px; overflow: visible; break-inside: avoid; }
    .plot text { font-size: 12.5px; fill: var(--ink); font-variant-numeric: tabular-nums; }
    .plot .tick, .plot .axis { fill: var(--soft); }
    .plot .label { font-size: 12px; }
    .plot .strong { font-weight: 650; }
    .plot .label, .plot .bound-label { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
    .plot .bound-label { fill: var(--bound); }
    .grid { stroke: var(--grid); }
    .frame { stroke: var(--soft); fill: none; }
    .reach { fill: transparent; }
    .interval { stroke: var(--soft); stroke-width: 1.2; fill: none; opacity: 0.8; }
    .below { stroke: var(--soft); stroke-width: 1.3; fill: none; }
    .front { stroke: var(--accepted); stroke-width: 2; fill: none; stroke-linejoin: round; opacity: 0.75; }
    .bound { stroke: var(--bound); stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
    .allowed { fill: var(--allowed); }
    .path { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; fill: none; }
    .kept { stroke: var(--accepted); stroke-width: 1.6; stroke-dasharray: none; opacity: 0.6; }
    .mark-baseline { fill: var(--ink); }
    .mark-accepted { fill: var(--accepted); }
    .mark-onward { fill: var(--paper); stroke: var(--onward); stroke-width: 2.2; }
    .mark-rejected { stroke: var(--rejected); stroke-width: 2.4; fill: none; stroke-linecap: round; }
    .mark-early { fill: var(--paper); stroke: var(--early); stroke-width: 2; stroke-linejoin: round; }
    .ring { fill: none; stroke: var(--ink); stroke-width: 1.6; }
    .bar-before { fill: var(--before); }
    .bar-after { fill: var(--after); }
    .mark.hot .reach, .mark:hover .reach { fill: var(--soft); fill-opacity: 0.16; }

    details { margin-top: 20px; }
    summary { cursor: pointer; color: var(--link); }
    pre {
      background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; margin: 12px 0 0;
      overflow-x: auto; font-size: 14px; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere;
    }
    .copier {
      float: right; margin: 0 0 8px 12px; font: 13px system-ui, sans-serif; color: var(--ink); background: var(--paper);
      border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; cursor: pointer;
    }
    .hint {
      position: fixed; z-index: 1; max-width: 300px; padding: 7px 11px; border-radius: 7px; pointer-events: none;
      background: var(--ink); color: var(--paper); font-size: 13px; line-height: 1.45; white-space: pre-line;
      overflow-wrap: anywhere;
    }

    @media (max-width: 1000px) {
      .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
      .pair { grid-template-columns: minmax(0, 1fr); gap: 32px; }
      .pair figure { max-width: 680px; }
    }
    @media (max-width: 560px) {
      main { padding: 18px 14px 40px; }
      h1 { font-size: 27px; }
      .outcome { font-size: 18px; }
      .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
      .tile { padding: 10px 12px; }
      .tile .figure { font-size: 21px; }
      .tile:last-child { grid-column: span 2; }
      .scroll th, .scroll td { padding: 6px 7px; }
      section { margin-top: 34px; }
      /* Plots shrink with the screen; their letters need not shrink as much. */
      .plot text { font-size: 15px; }
      .plot .label { font-size: 14px; }
      .plot .row { font-size: 13.5px; }
    }
    @media print {
      @page { margin: 14mm; }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      section { margin-top: 22pt; }
      h2, h3 { break-after: avoid; }
      tr, .tile, pre, .plot, figure, #campaign { break-inside: avoid; }
      section > p { break-after: avoid; }
      .scroll { overflow: visible; }
      .scroll table { font-size: 7.5pt; }
      .scroll th, .scroll td { padding: 3pt 4pt; }
      .scroll thead th { font-size: 7.5pt; white-space: normal; }
      th small, td small { font-size: 6.5pt; }
      td[data-wide] { min-width: 0; }
      .tag { font-size: 6.5pt; }
      .tiles { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 6pt; }
      .tile:last-child { grid-column: auto; }
      .tile { padding: 6pt 8pt; }
      .tile .figure { font-size: 14pt; }
      .tile .name, .tile .detail { font-size: 8pt; }
      .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14pt; }
      .copier, .hint, th button::after { display: none; }
      .plot rect, .plot path, .plot circle, .meter { print-color-adjust: exact; }
    }
    """
}
