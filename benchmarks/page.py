"""The figures of `results.json` as a page with bars: one file, no script, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("results.html")

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stammkunde: how fast, beside what</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #e8ebf0);
  --soft: light-dark(#5b6675, #9aa6b5); --line: light-dark(#dfe4ea, #333b46);
  --bar: light-dark(#c3ccd6, #4a5563); --own: light-dark(#0b6b53, #3fbf97); }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p, .small { color: var(--soft); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line);
  vertical-align: top; }
th { font-weight: 500; width: 15rem; }
td.bar { width: 45%; }
.bar div { background: var(--bar); height: .8rem; border-radius: .2rem; margin-top: .35rem;
  min-width: 2px; }
tr.own .bar div { background: var(--own); }
.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) { table, tbody, tr, th, td { display: block; width: auto; border: 0;
  padding: .1rem 0; } tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  td.bar { width: auto; } }
</style>
<h1>How fast, beside what</h1>
<p>A rate alone says more about a machine than about us. So contenders took turns, round by round, on
one machine, and each stands beside a floor: the least code that could do something of the kind. What is
worth comparing is the ratio within a round, and the processor time of one operation. Peers do less or
other work; README.md says what.</p>
"""


def write(results: Mapping[str, Any]) -> None:
    PAGE.write_text(_HEAD + "".join(map(_part, results.values())) + "</html>\n", "utf-8")


def _part(part: Mapping[str, Any]) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in part["machine"].items())
    said = f'<p class="small">Measured {escape(part["when"])}: {escape(machine)}.</p>'
    return "".join(map(_contest, part["contests"])) + said


def _contest(contest: Mapping[str, Any]) -> str:
    most = max(one["per_second"][0] for one in contest["contenders"].values())
    rows = "".join(_row(name, one, contest, most) for name, one in contest["contenders"].items())
    return f"<h2>{escape(contest['what'])}</h2>\n<table>{rows}</table>\n"


def _row(name: str, one: Mapping[str, Any], contest: Mapping[str, Any], most: float) -> str:
    ratio, least, highest = one["ratio"]
    beside = (
        "the floor"
        if name == contest["floor"]
        else (f"{ratio:.2f} of the floor ({least:.2f} to {highest:.2f})")
    )
    width = one["per_second"][0] / most * 100
    return (
        f'<tr{" class=own" if name == "Stammkunde" else ""}><th scope="row">{escape(name)}</th>'
        f'<td class="bar"><div style="width:{width:.1f}%"></div></td>'
        f'<td><span class="number">{one["per_second"][0]:,.0f} {escape(contest["unit"])}/s</span>'
        f'<br><span class="small">{beside}; {_more(one)}</span></td></tr>\n'
    )


def _more(one: Mapping[str, Any]) -> str:
    said = [f"{one['cpu_us'][0]:,.0f} µs of processor time"]
    if "p99_ms" in one:
        said.append(f"99 of 100 within {one['p99_ms'][0]:,.0f} ms")
    if "slowest" in one:
        said.append(f"slowest client {one['slowest'][0]:.2f} of the fastest")
    if "megabytes" in one:
        said.append(f"at most {one['megabytes'][2]:,.0f} MB")
    return ", ".join(said)
