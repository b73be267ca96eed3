/** The report's look: calm greys, colour for what is abnormal, light and dark by the reader's choice. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1d2329;--quiet:#5d6873;--line:#d5dae0;--mains:#c9d0d7;--battery:#e0a100;--low:#cf2e2e;--bypass:#a34bc4;--generator:#2f7fd1;--off:#5a1616;--unknown:#8b96a1;--right:#2e7d4f;--wrong:#c22f2f}
@media (prefers-color-scheme:dark){:root{--ground:#14181c;--text:#e4e8ec;--quiet:#98a4b0;--line:#343c44;--mains:#414b55;--battery:#e6b23a;--low:#ef5b5b;--bypass:#c47be0;--generator:#5ba3ea;--off:#a03434;--unknown:#7c8894;--right:#63b585;--wrong:#ef6a6a}}
body{background:var(--ground);color:var(--text);font:15px/1.45 system-ui,sans-serif;margin:24px auto;max-width:1100px;padding:0 20px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px}p{margin:4px 0;color:var(--quiet)}
.verdict{border-left:6px solid var(--unknown);padding:10px 16px;margin:16px 0}
.verdict.right{border-color:var(--right)}.verdict.wrong{border-color:var(--wrong)}
.verdict strong{font-size:18px}
dl{display:flex;flex-wrap:wrap;gap:6px 28px;margin:12px 0}dl div{display:flex;gap:6px}dt{color:var(--quiet)}dd{margin:0}
table{border-collapse:collapse;width:100%}caption{text-align:left;color:var(--quiet)}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.wrong td:first-child,tr.wrong .outcome{color:var(--wrong);font-weight:600}
.case{display:block;color:var(--quiet);font-size:13px;font-weight:400;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;list-style:none;padding:0;margin:8px 0}.legend svg{width:18px;height:12px;margin-right:6px;vertical-align:-1px}
svg{width:100%;height:auto;font:12px system-ui,sans-serif}text{fill:var(--text)}.time{fill:var(--quiet)}.mark{stroke:var(--line)}
.mains{fill:var(--mains)}.battery{fill:var(--battery)}.low{fill:var(--low)}.bypass{fill:var(--bypass)}.generator{fill:var(--generator)}.off{fill:var(--off)}.unknown{fill:url(#hatch)}
.hatch-ground{fill:var(--ground)}.hatch-line{stroke:var(--unknown);stroke-width:3}
summary{cursor:pointer;margin:12px 0}@media print{body{margin:0}details{display:block}}
`;
